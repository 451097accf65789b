// Ratios to a floor measured in the same run: machines are noisy, absolute times mean little.
export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs floor and subject in turn, `rounds` times, and prints the median ratio against its limit. */
export async function compare({ name, floor, subject, limit, rounds = 25, unit = 'ns' }) {
  const pairs = [];
  for (let round = 0; round < rounds; round++) pairs.push([await floor(), await subject()]);
  const ratio = median(pairs.map(([low, high]) => high / low));
  const [low, high] = [0, 1].map((index) => median(pairs.map((pair) => pair[index])));
  const verdict = ratio <= limit ? 'ok' : 'OVER';
  console.log(
    `${verdict.padEnd(5)}${name}: ${ratio.toFixed(2)} x the floor (limit ${limit}); ${high.toFixed(unit === 'ms' ? 1 : 0)} to ${low.toFixed(unit === 'ms' ? 1 : 0)} ${unit}, median of ${rounds}`,
  );
  if (ratio > limit) process.exitCode = 1;
}
