/** Something the schema refuses, before any rule sees the lab. */
export interface SchemaRule {
  /** What `Problem.rule` says. */
  readonly name: string;
  readonly title: string;
  readonly why: string;
}

/** What the schema checks, by name. None can be switched off: what isn't read can't be planned. */
export const SCHEMA_RULES: readonly SchemaRule[] = [
  {
    name: "address-syntax",
    title: "An address is four octets from 0 to 255",
    why: "Other forms mean different things to different programs.",
  },
  { name: "choice", title: "A setting with a choice has one of its values", why: "What else it says means nothing." },
  {
    name: "either-or",
    title: "Settings that say the same thing aren't both there",
    why: "Where they differ, one of them would silently win.",
  },
  {
    name: "prefix-host-bits",
    title: "A prefix has no host bits set",
    why: "10.0.0.1/8 may be meant as an address or as a range: only one of them is right.",
  },
  {
    name: "prefix-syntax",
    title: "A prefix is four octets and a length",
    why: "Other forms mean different things to different programs.",
  },
  {
    name: "range",
    title: "A number lies between its bounds",
    why: "Beyond them it has no meaning, or no room where it goes.",
  },
  {
    name: "reason",
    title: "A rule that is switched off has a reason",
    why: "Who reads it later must be able to tell whether it still holds.",
  },
  { name: "required", title: "A setting without a default is there", why: "Nothing can be derived for it." },
  { name: "schema", title: "The value is one the schema knows", why: "What isn't read can't be planned." },
  {
    name: "type",
    title: "A setting has its type",
    why: "A text can't be taken for a number, or a list for a mapping.",
  },
  {
    name: "unknown-setting",
    title: "Every setting is one the schema knows",
    why: "A misspelt setting would be silently left at its default.",
  },
  { name: "yaml-syntax", title: "The stack file is YAML", why: "Nothing in it can be read." },
];
