/** How agents and their roles are named: the same in limits, keys, files and the ledger. */
export const slugPattern = /^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/;

/** The rule in words, after what it is for. */
export const slugRule =
  "must be 1 to 100 lower-case letters, digits, `.`, `_` and `-`, and begin and end with a letter or digit";
