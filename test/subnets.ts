/**
 * Management subnets of the labs that tests and benchmarks build: each its own, and none that a committed stack uses, so that all of them can run
 * beside a user's lab. A unit test compares them with the stack files.
 */
export const SUBNETS = {
  lab: "192.168.231.0/24",
  bgp: "192.168.232.0/24",
  change: "192.168.233.0/24",
  connected: "192.168.235.0/24",
  bench: "192.168.236.0/24",
  fabric: "192.168.237.0/24",
  ipip: "192.168.238.0/24",
} as const;
