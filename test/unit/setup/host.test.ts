import { engineNotice, engineProblem, type EngineHost } from "../../../setup/steps/host";

/** Root on Debian, no engine of any kind. */
const bare: EngineHost = {
  engine: "unix:///var/run/docker.sock",
  engineIsChosen: false,
  socketExists: false,
  isRoot: true,
  isDebian: true,
  hasEngine: false,
  mayNot: false,
};

test.each<[string, Partial<EngineHost>, string]>([
  [
    "root on Debian without an engine",
    {},
    "There is no Docker engine: set-up installs Debian's docker.io now, and starts it",
  ],
  ["root with an engine that is stopped", { hasEngine: true }, "No Docker engine is running: set-up starts it now"],
  [
    "root elsewhere with one",
    { hasEngine: true, isDebian: false },
    "No Docker engine is running: set-up starts it now",
  ],
])("%s: done, and said before", (_, facts, notice) => {
  expect(engineProblem({ ...bare, ...facts })).toBeNull();
  expect(engineNotice({ ...bare, ...facts })).toBe(`${notice} (FABRICLAB_NO_ENGINE_INSTALL=1 keeps it from that).`);
});

test.each<[string, Partial<EngineHost>, string]>([
  ["a user", { isRoot: false }, "only as root on Debian"],
  ["root on another system", { isDebian: false }, "only as root on Debian"],
  ["a user, engine stopped", { isRoot: false, hasEngine: true }, "start it (systemctl start docker)"],
  ["a user who may not open the socket", { isRoot: false, socketExists: true }, "join the group docker"],
  [
    "an engine of a user's choice",
    { engineIsChosen: true, engine: "tcp://far:2375" },
    "no engine answers at tcp://far:2375",
  ],
  ["opted out, none installed", { mayNot: true }, "keeps set-up from installing one: install Docker Engine"],
  ["opted out, one stopped", { mayNot: true, hasEngine: true }, "keeps set-up from starting one: start it"],
])("%s: refused, with the remedy, and nothing is announced", (_, facts, problem) => {
  expect(engineProblem({ ...bare, ...facts })).toContain(problem);
  expect(engineNotice({ ...bare, ...facts })).toBeNull();
});
