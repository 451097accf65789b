/** Prints a figure against its limit, and makes the process fail over it. */
export function verdict({ name, value, limit, unit, digits = 0, note = '' }) {
  const ok = value <= limit;
  console.log(
    `${(ok ? 'ok' : 'OVER').padEnd(5)}${name}: ${value.toFixed(digits)} ${unit} (limit ${limit} ${unit})${note && `; ${note}`}`,
  );
  if (!ok) process.exitCode = 1;
}
