/**
 * What looks like a secret, whoever made it: keys of vendors, tokens of code hosts and clouds, bearer headers, private
 * keys.
 *
 * Source: the vendors' documentation of their keys' prefixes, 2026-11; RFC 6750 and RFC 7468.
 */
const patterns: readonly RegExp[] = [
  /\b(?:sk|pk|rk|xai|gsk|hf|glpat|npm)[-_][A-Za-z0-9_-]{16,}/g,
  /\bAIza[\w-]{30,}/g,
  /\b(?:gh[opusr]_|github_pat_)\w{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bxox[abprs]-[\w-]{10,}/g,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g,
  /\bBearer\s+[\w.~+/-]{16,}=*/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];
const hidden = '[secret]';
/** A value shorter than this is no secret: it would be found everywhere. Unit: characters. */
const shortest = 6;

/** The function that takes secrets out of a text: known values, then what looks like one. */
export function createRedactor(values: readonly string[]): (text: string) => string {
  const known = values.filter(({ length }) => length >= shortest).toSorted((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const value of known) clean = clean.replaceAll(value, hidden);
    for (const pattern of patterns) clean = clean.replace(pattern, hidden);
    return clean;
  };
}
