const named = (key: string, description: string) =>
  ({
    type: 'object',
    required: [key],
    properties: { [key]: { type: 'string', description } },
    additionalProperties: false,
  }) as const;

/**
 * An option that says where a secret is, as JSON Schema: a manifest adds what it says about it.
 *
 * Shape: a `SecretReference`, to be read with the service `secrets`.
 */
export const secretOption = {
  anyOf: [
    named('$env', 'Name of an environment variable'),
    named('$file', 'Absolute path of a file'),
    named('$secret', 'Name of a credential: rustic auth add NAME'),
  ],
} as const;
