import { tableText } from "../../common/table";
import type { NetworkChange } from "./change";
import type { SessionChange } from "./sessions";

/** Rows of routes that a reader still reads; --json has all. */
const MOST_ROUTES = 30;

/** What a change does to the network, as tables. */
export function changeText({ sessions, untouched, routes }: NetworkChange): string {
  const table = (head: string[], rows: readonly string[][]): string => `${tableText(rows, { head })}\n`;
  const left = routes.length - MOST_ROUTES;
  return [
    `BGP sessions: ${counts(sessions.map((each) => each.effect))}${untouched} left alone\n`,
    ...(sessions.length === 0
      ? []
      : [
          table(
            ["session", "a", "b", "", "why"],
            sessions.map((each) => [each.session, each.a, each.b, each.effect, each.why]),
          ),
        ]),
    `Routes that change, of machines that stay: ${routes.length}\n`,
    ...(routes.length === 0
      ? []
      : [
          table(
            ["machine", "prefix", "now", "then"],
            routes.slice(0, MOST_ROUTES).map((each) => [each.machine, each.prefix, each.was, each.now]),
          ),
        ]),
    ...(left > 0 ? [`and ${left} more (fabriclab preview --json has all)\n`] : []),
  ].join("");
}

const PLURAL: Readonly<Record<SessionChange["effect"], string>> = {
  appears: "appear",
  disappears: "disappear",
  flaps: "flap",
  "comes up": "come up",
  "goes down": "go down",
};

/** "2 disappear, " of the effects. */
function counts(effects: readonly SessionChange["effect"][]): string {
  return [...new Set(effects)]
    .sort()
    .map((effect) => {
      const count = effects.filter((each) => each === effect).length;
      return `${count} ${count === 1 ? effect : PLURAL[effect]}, `;
    })
    .join("");
}
