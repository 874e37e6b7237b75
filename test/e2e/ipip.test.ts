/**
 * The IPIP lab, for real, with every node on this host's kernel: where that has no IP in IP, nodes have it from a program. Workers on a kernel of their own, which is what
 * `auto` chooses there, take minutes more; `npm run ipip:own` is this test with one of them.
 */
import { cli, downLeavesNothing, identities, TestStack, typedOn } from "./support";
import { SUBNETS } from "../subnets";

const OWN = process.env.FABRICLAB_TEST_OWN_KERNEL;
const stack = new TestStack("e2e-ipip", "ipip", SUBNETS.ipip);
stack.edit((lab) => {
  lab.nodes = (lab.nodes as { name: string }[]).map((node) => ({
    ...node,
    kernel: node.name === OWN ? "own" : "host",
  }));
});
const run = (command: string, ...rest: string[]): ReturnType<typeof cli> =>
  cli(stack.args(command, ...rest), { expect: 0 });

afterAll(() => {
  cli(stack.args("down"));
  stack.remove();
});

describe("the ipip lab", () => {
  test("comes up, and is verified: packets in IP protocol 4, tables, paths, MTUs", () => {
    const up = run("up");
    expect(up.stdout).toMatch(/PASS {2}lab e2e-ipip: \d+ as predicted, 0 not/);
  });

  test.each(["master-01", "worker-01", "worker-02"])(
    "routes of %s lead into the tunnel, and its own block ends there",
    (node) => {
      const routes = typedOn(stack, node, "ip route show proto bird").split("\n");
      const others = routes.filter((route) => / dev tunl0 /.test(route));
      expect(others).toHaveLength(2);
      // Upstream's BIRD writes onlink behind it.
      for (const route of others)
        expect(route).toMatch(/^10\.5\.\d+\.\d+\/26 via 10\.30\.200\.[123] dev tunl0 (onlink )?$/);
      expect(routes.filter((route) => /^blackhole 10\.5\.\d+\.\d+\/26/.test(route))).toHaveLength(1);
      // The link's MTU less the outer header.
      expect(typedOn(stack, node, "cat /sys/class/net/tunl0/mtu").trim()).toBe("1480");
    },
  );

  test("the tunnel gone on a node whose kernel has none comes back by itself, with its routes", async () => {
    const was = await identities(stack.name);
    typedOn(stack, "worker-02", "systemctl kill --signal SIGKILL fabriclab-tunnel");
    expect(run("verify", "--wait", "60").stdout).toMatch(/PASS {2}lab e2e-ipip/);
    expect(await identities(stack.name)).toEqual(was);
  });

  test("down leaves nothing", async () => {
    await downLeavesNothing(stack);
  });
});
