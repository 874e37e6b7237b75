export { CHECKS } from "./checks";
export { junitReport } from "./report/junit";
export { tableReport, type ReportOptions } from "./report/table";
export { verifyLab, type VerifyArgs, type VerifyOptions } from "./run";
export type { Check, CheckResult, Report, Row } from "./types";
