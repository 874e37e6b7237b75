import type { DoctorFinding } from "../common/finding";

export interface Diagnosis {
  /** Whether the default lab can run here. */
  readonly ok: boolean;
  readonly findings: readonly DoctorFinding[];
}
