/** Labels of an object by key. */
export type Labels = Readonly<Record<string, string>>;

/** Whether a selector chooses an object with these labels. */
export type Selector = (labels: Labels) => boolean;

/** What a selector is made of: strings, operators of several letters, words, and single characters. */
const TOKEN =
  /\s*(?:("[^"]*"|'[^']*')|(&&|\|\||==|!=|!|[(){},])|(not\s+in|starts\s+with|ends\s+with)(?![\w./-])|([A-Za-z0-9_./-]+))/y;

/**
 * Reads a selector of Calico's: `all()`, `has(key)`, `key == "value"`, `!=`, `in {...}`, `not in {...}`, `contains`, `starts with`, `ends with`, with `!`, `&&`, `||` and
 * parentheses. An empty one chooses all.
 *
 * Source: https://docs.tigera.io/calico/3.28/reference/resources/bgppeer (Selectors)
 *
 * @returns null where the text is none: Calico's own parser refuses it too
 */
export function readSelector(text: string): Selector | null {
  const tokens = tokensOf(text);
  if (tokens === null) return null;
  if (tokens.length === 0) return () => true;
  const rest = { tokens, at: 0 };
  const found = either(rest);
  return rest.at === tokens.length ? found : null;
}

function tokensOf(text: string): string[] | null {
  const tokens: string[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (match === null) return null;
    tokens.push(match[0].trim().replace(/^(not|starts|ends)\s+(?=in$|with$)/, "$1 "));
  }
  return tokens;
}

interface Rest {
  readonly tokens: readonly string[];
  at: number;
}

function taken(rest: Rest, token: string): boolean {
  if (rest.tokens[rest.at] !== token) return false;
  rest.at++;
  return true;
}

function either(rest: Rest): Selector | null {
  const parts = listed(rest, "||", both);
  return parts === null ? null : (labels) => parts.some((part) => part(labels));
}

function both(rest: Rest): Selector | null {
  const parts = listed(rest, "&&", one);
  return parts === null ? null : (labels) => parts.every((part) => part(labels));
}

/** One or more of what `part` reads, with `between` them. */
function listed<Part>(rest: Rest, between: string, part: (rest: Rest) => Part | null): Part[] | null {
  const parts: Part[] = [];
  do {
    const next = part(rest);
    if (next === null) return null;
    parts.push(next);
  } while (taken(rest, between));
  return parts;
}

function one(rest: Rest): Selector | null {
  if (taken(rest, "!")) {
    const inner = one(rest);
    return inner === null ? null : (labels) => !inner(labels);
  }
  if (taken(rest, "(")) {
    const inner = either(rest);
    return inner !== null && taken(rest, ")") ? inner : null;
  }
  const key = word(rest);
  if (key === null) return null;
  if (taken(rest, "(")) return called(key, rest);
  return compared(key, rest);
}

function called(name: string, rest: Rest): Selector | null {
  if (["all", "global"].includes(name)) return taken(rest, ")") ? () => true : null;
  const key = word(rest);
  return name === "has" && key !== null && taken(rest, ")") ? (labels) => labels[key] !== undefined : null;
}

/** What an operator asks of a label's value; of a label that is missing, `!=` and `not in` are true. */
const OPERATORS: Readonly<Record<string, (value: string | undefined, given: string) => boolean>> = {
  "==": (value, given) => value === given,
  "!=": (value, given) => value !== given,
  contains: (value, given) => value?.includes(given) === true,
  "starts with": (value, given) => value?.startsWith(given) === true,
  "ends with": (value, given) => value?.endsWith(given) === true,
};

function compared(key: string, rest: Rest): Selector | null {
  const operator = rest.tokens[rest.at++];
  if (operator === "in" || operator === "not in") {
    if (!taken(rest, "{")) return null;
    const values = taken(rest, "}") ? [] : listed(rest, ",", quoted);
    if (values === null || (values.length > 0 && !taken(rest, "}"))) return null;
    const isIn = (labels: Labels): boolean => values.some((value) => value === labels[key]);
    return operator === "in" ? isIn : (labels) => !isIn(labels);
  }
  const test = operator === undefined ? undefined : OPERATORS[operator];
  const given = test === undefined ? null : quoted(rest);
  return test === undefined || given === null ? null : (labels) => test(labels[key], given);
}

function word(rest: Rest): string | null {
  const token = rest.tokens[rest.at];
  if (token === undefined || !/^[A-Za-z0-9_./-]+$/.test(token)) return null;
  rest.at++;
  return token;
}

function quoted(rest: Rest): string | null {
  const token = rest.tokens[rest.at];
  if (token === undefined || !/^["']/.test(token)) return null;
  rest.at++;
  return token.slice(1, -1);
}
