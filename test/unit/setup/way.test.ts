import type { RequestListener } from "node:http";
import { connectedSources } from "../../../setup/sources";
import { chooseWay, judge, probe, requestedWay } from "../../../setup/way";
import { VERSIONS } from "../../../lab-spec/versions";
import { FileServer } from "../../e2e/connected/file-server";

const status =
  (code: number): RequestListener =>
  (_, response) => {
    response.writeHead(code).end();
  };
const source = (url: string): { name: string; url: string; accepts: number[] } => ({
  name: "the source",
  url,
  accepts: [200, 401],
});
let server: FileServer;
beforeAll(async () => {
  server = await FileServer.start({
    "/yes": status(200),
    "/login": status(401),
    "/forbidden": status(403),
    "/silent": () => undefined,
    [`/pulumi/sdk/pulumi-v${VERSIONS.pulumi}-linux-x64.tar.gz`]: "x",
    [`/k8s/${VERSIONS.kubernetes}/bin/linux/amd64/kubeadm`]: "x",
    "/calico/calico.yaml": "x",
    "/v2/": status(401),
  });
});
afterAll(() => server.stop());

const OVERRIDES = [
  "FABRICLAB_PULUMI_RELEASES",
  "FABRICLAB_KUBERNETES_RELEASES",
  "FABRICLAB_CALICO_MANIFESTS",
  "FABRICLAB_REGISTRY_MIRROR",
];
const saved = Object.fromEntries(OVERRIDES.map((n) => [n, process.env[n]]));
afterEach(() => {
  for (const n of OVERRIDES)
    if (saved[n] === undefined) delete process.env[n];
    else process.env[n] = saved[n];
});

describe("one look at a source", () => {
  test.each([
    ["/yes", null],
    ["/login", null],
    ["/forbidden", "HTTP 403"],
    ["/gone", "HTTP 404"],
  ])("%s: %s", async (at, problem) => {
    expect((await probe([source(server.url + at)]))[0]!.problem).toBe(problem);
  });
  test("a closed port", async () =>
    expect((await probe([source("http://127.0.0.1:1/")]))[0]!.problem).toMatch(/ECONNREFUSED|bad port/));
  test("a name that does not exist", async () =>
    expect((await probe([source("http://no-such-host.invalid/")]))[0]!.problem).toMatch(/ENOTFOUND|EAI_AGAIN/));
  test("silence costs no more than the patience, however many sources are silent", async () => {
    const begun = Date.now();
    const probes = await probe(
      [source(`${server.url}/silent`), source(`${server.url}/silent?2`), source(`${server.url}/silent`)],
      0.3,
    );
    expect(probes[0]!.problem).toBe("no answer in 0.3 s");
    expect(Date.now() - begun).toBeLessThan(900);
  });
  test("it asks once, and fetches nothing", async () => {
    server.asked.length = 0;
    await probe([source(`${server.url}/forbidden`)]);
    expect(server.asked).toEqual(["HEAD /forbidden"]);
  });
});

describe("the way", () => {
  const a = source("https://a.example/x");
  const b = { ...source("https://b.example:8443/y"), name: "another" };
  test("connected when every source answers", () =>
    expect(
      judge([
        { source: a, problem: null },
        { source: b, problem: null },
      ]),
    ).toEqual({ way: "connected", because: "every upstream source answers" }));
  test("registry when one does not, saying which and why", () =>
    expect(
      judge([
        { source: a, problem: null },
        { source: b, problem: "HTTP 403" },
      ]),
    ).toEqual({ way: "registry", because: "out of reach: another (b.example:8443: HTTP 403)" }));
  test("every source out of reach is named", () =>
    expect(
      judge([
        { source: a, problem: "ENOTFOUND" },
        { source: b, problem: "no answer in 4 s" },
      ]).because,
    ).toBe("out of reach: the source (a.example: ENOTFOUND), another (b.example:8443: no answer in 4 s)"));
});

describe("FABRICLAB_WAY", () => {
  test.each([
    [undefined, undefined],
    ["", undefined],
    ["auto", undefined],
    ["registry", "registry"],
    ["connected", "connected"],
  ])("%s", (text, way) => expect(requestedWay(text)).toBe(way));
  test("anything else is refused", () =>
    expect(() => requestedWay("offline")).toThrow('FABRICLAB_WAY is "offline": write registry, connected, or auto'));
});

describe("sources", () => {
  test("are upstream's own, each once, by default", () => {
    for (const n of OVERRIDES) delete process.env[n];
    expect(connectedSources().map((s) => new URL(s.url).host)).toEqual([
      "get.pulumi.com",
      "dl.k8s.io",
      "raw.githubusercontent.com",
      "registry.k8s.io",
      "registry-1.docker.io",
    ]);
  });

  test("a mirror stands for all registries: asked once, as plain HTTP on loopback only", () => {
    process.env.FABRICLAB_REGISTRY_MIRROR = "127.0.0.1:5000";
    expect(
      connectedSources()
        .map((s) => s.url)
        .filter((u) => u.endsWith("/v2/")),
    ).toEqual(["http://127.0.0.1:5000/v2/"]);
    process.env.FABRICLAB_REGISTRY_MIRROR = "mirror.example:5000/upstream";
    expect(
      connectedSources()
        .map((s) => s.url)
        .filter((u) => u.endsWith("/v2/")),
    ).toEqual(["https://mirror.example:5000/v2/"]);
  });

  test("stand-ins on loopback that hold everything make the way connected; one thing missing makes it registry", async () => {
    process.env.FABRICLAB_PULUMI_RELEASES = `${server.url}/pulumi`;
    process.env.FABRICLAB_KUBERNETES_RELEASES = `${server.url}/k8s`;
    process.env.FABRICLAB_CALICO_MANIFESTS = `${server.url}/calico`;
    process.env.FABRICLAB_REGISTRY_MIRROR = server.url.slice("http://".length);
    expect(await chooseWay()).toEqual({ way: "connected", because: "every upstream source answers" });
    process.env.FABRICLAB_CALICO_MANIFESTS = `${server.url}/elsewhere`;
    expect(await chooseWay()).toEqual({
      way: "registry",
      because: `out of reach: Calico manifests (${new URL(server.url).host}: HTTP 404)`,
    });
  });
});
