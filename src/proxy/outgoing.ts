/**
 * A request as it leaves, where that is not simply the one that came: with another target,
 * another way, or a body that was read already.
 */

import type { Request } from "../http1/request.ts";
import type { AbsoluteTarget } from "../http1/target.ts";
import type { Parent } from "../net/route.ts";
import type { BodyOnward } from "./judged_body.ts";

/** A request on its way out. */
export interface Outgoing {
  readonly request: Request;
  readonly target: AbsoluteTarget;
  /** The parent for this request, in place of the configured one. */
  readonly parent?: Parent | "direct" | undefined;
  /** Default: it streams from the client. */
  readonly body?: BodyOnward | undefined;
}
