/** What people did to labs by hand: each is to be seen by verify, shown by refresh, and brought back by one `up`, or refused with what takes it back. */
import { AROUND_MACHINES } from "./around-machines";
import type { HandMadeFault } from "./fault";
import { IN_MACHINES } from "./in-machines";

export const FAULTS: readonly HandMadeFault[] = [...IN_MACHINES, ...AROUND_MACHINES];
