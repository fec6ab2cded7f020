/**
 * The program of the thread in which passwords are checked: a slow hash there holds up no
 * connection. Asked by password_checker.ts, one question a message.
 */

import { parentPort } from "node:worker_threads";
import { passwordMatches } from "./password_hash.ts";

/** Whether that is the password of that hash. */
export interface PasswordQuestion {
  readonly id: number;
  readonly passwordHash: string;
  readonly password: string;
}

/** What came of the question with that id. */
export interface PasswordAnswer {
  readonly id: number;
  readonly isRight: boolean;
}

parentPort?.on(
  "message",
  ({ id, passwordHash, password }: PasswordQuestion) => {
    const isRight = passwordMatches(passwordHash, password);
    parentPort?.postMessage({ id, isRight } satisfies PasswordAnswer);
  },
);
