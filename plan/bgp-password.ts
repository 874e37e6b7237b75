/** Longest key of TCP MD5 signatures in Linux (TCP_MD5SIG_MAXKEYLEN), in FRR (PEER_PASSWORD_MAXLEN) and in BIRD. */
const LONGEST = 80;

/**
 * What keeps a text from being the password of BGP sessions (TCP MD5 signatures, RFC 2385); null if nothing does.
 *
 * The same password stands in two configurations. FRR's `neighbor ... password LINE` takes the rest of the line, where a newline ends the statement and begins
 * another. BIRD's `password "..."` takes what stands between the quotes, and Calico's template writes it there as it is. What both take as it is: printable
 * ASCII without blanks, double quotes and backslashes.
 *
 * @returns a sentence that doesn't show the password
 */
export function bgpPasswordProblem(password: string): string | null {
  if (password === "") return "it is empty";
  if (password.length > LONGEST)
    return `it has ${password.length} characters, and ${LONGEST} is the most that TCP MD5 takes`;
  const refused = [...new Set(password)].filter((character) => !/^[!#-[\]-~]$/.test(character));
  if (refused.length === 0) return null;
  return `it has ${[...new Set(refused.map(nameOf))].sort().join(", ")}: only printable ASCII characters can stand in it, without blanks, double quotes and backslashes`;
}

const NAMES: Readonly<Record<string, string>> = {
  " ": "a blank",
  "\t": "a tabulator",
  "\n": "a newline",
  "\r": "a carriage return",
  '"': "a double quote",
  "\\": "a backslash",
};
const nameOf = (character: string): string => NAMES[character] ?? "a character that isn't printable ASCII";
