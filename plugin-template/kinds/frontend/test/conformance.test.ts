import { describeFrontend } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-frontend-template';
import { describe, it } from 'vitest';

describeFrontend({ plugins: [plugin] }, { describe, it });
