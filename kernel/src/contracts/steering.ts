import { defineService } from '../capability.js';

/** Service `steering`: what a person says to an agent while its turn is under way. */
export interface Steering {
  /**
   * Tells the model before it is asked the next time. An item `user_message` says when it was told.
   *
   * Shape: false: no turn of this session is under way here that could hear it. A turn that ends before has not told it,
   *   and nothing of it is kept.
   */
  say(session: string, text: string): Promise<boolean>;
}
declare module '../capability.js' {
  interface Services {
    steering: Steering;
  }
}
export const steering = defineService({ id: 'steering', version: 1 });
