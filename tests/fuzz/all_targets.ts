/** Everything that is fuzzed in this process, in the order in which it is run. */

import type { Target } from "./target.ts";
import { adminTargets } from "./targets/admin_targets.ts";
import { cacheTargets } from "./targets/cache_targets.ts";
import { configTargets } from "./targets/config_targets.ts";
import { credentialTargets } from "./targets/credential_targets.ts";
import { forwardingTargets } from "./targets/forwarding_targets.ts";
import { helloTargets } from "./targets/hello_targets.ts";
import { listTargets } from "./targets/list_targets.ts";
import { originTargets } from "./targets/origin_targets.ts";
import { parentTargets } from "./targets/parent_targets.ts";
import { ruleTargets } from "./targets/rule_targets.ts";
import { socketTargets } from "./targets/socket_targets.ts";
import { spellingTargets } from "./targets/spelling_targets.ts";
import { tunnelTargets } from "./targets/tunnel_targets.ts";
import { wireTargets } from "./targets/wire_targets.ts";

/** All the targets. */
export function allTargets(): Target[] {
  return [
    ...wireTargets(),
    ...forwardingTargets(),
    ...spellingTargets(),
    ...listTargets(),
    ...configTargets(),
    ...cacheTargets(),
    ...credentialTargets(),
    ...ruleTargets(),
    ...helloTargets(),
    ...socketTargets(),
    ...adminTargets(),
    ...originTargets(),
    ...tunnelTargets(),
    ...parentTargets(),
  ];
}
