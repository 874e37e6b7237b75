/**
 * Version of the shape of `LabPlan`, which stacks keep: as an input of the Lab component and as the output `deployedPlan`. It grows when a plan of before can't be
 * read as one of now, and back.
 *
 * - 1: lists of nodes and hosts; has no number in the stack yet
 * - 2: one list of servers; Calico's routing and encapsulation apart
 */
export const PLAN_VERSION = 2;
