import { completions } from "../../../cli/complete";
import { ROOT } from "../plan/labs";

const complete = (line: string): Promise<string[] | null> => completions(ROOT, line.split(" "), "bgp");

test.each<[string, string[]]>([
  ["ssh sp", ["spine1", "spine2"]],
  ["exec cl", ["client1"]],
  ["ssh --stack dev k8s-node-l2", ["k8s-node-l2-1"]],
  ["capture le", ["leaf1", "leaf2"]],
  ["capture leaf1 swp5", ["swp51", "swp52"]],
  ["capture k8s-node-l1-1 ", ["eth1"]],
  ["capture -c 10 spine1 swp1", ["swp1"]],
  ["trace pod:k8s-node-l1", ["pod:k8s-node-l1-1", "pod:k8s-node-l1-2"]],
  ["trace client1 service:", ["service:nginx-service"]],
  ["drill link-down spi", ["spine1", "spine2"]],
  ["drill link-down spine1 ", ["leaf1", "leaf2"]],
  ["drill link-down --silent client1 ", ["leaf2"]],
  ["drill session-reset leaf2 k8s", ["k8s-node-l2-1", "k8s-node-l2-2"]],
  ["drill spine-down ", ["spine1", "spine2"]],
  ["drill node-down k8s-m", ["k8s-master-l1-1"]],
])("%s", async (line, names) => {
  expect(await complete(line)).toEqual(names);
});

test.each([
  "drill li",
  "ssh leaf1 x",
  "drill spine-down spine1 s",
  "capture leaf1 --fi",
  "capture leaf1 swp51 -o ",
  "exec leaf1 -- vty",
  "probe ",
  "trace leaf1 leaf2 l",
])("%s is the parser's affair", async (line) => {
  expect(await complete(line)).toBeNull();
});

test("a stack that is none has no names", async () => {
  expect(await complete("ssh --stack nowhere le")).toEqual([]);
});
