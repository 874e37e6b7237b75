export { CHECKS } from "./checks";
export { junitReport } from "./report/junit";
export { tableReport, type ReportOptions } from "./report/table";
export { forgetPathMtus } from "./path-mtu";
export { verifyLab, type VerifyArgs, type VerifyOptions } from "./run";
export type { Check, CheckReport, Report, Row } from "./types";
