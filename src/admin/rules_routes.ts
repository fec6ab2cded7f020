/**
 * The routes of the rules: what is in force, one rule, its mode, loading anew, and what they
 * make of a request. Who may ask was decided before.
 */

import { Hono } from "hono";
import * as v from "valibot";
import type { AdminAnswers, AdminContext } from "./admin_answers.ts";
import { readForm } from "./admin_form.ts";
import type { AdminEnv } from "./admin_guard.ts";
import { read, single, strict, TextSchema } from "./checked_input.ts";
import { type FormMistake, formMistake } from "./form_mistake.ts";
import type { ListsDesk } from "./lists_desk.ts";
import type { RulesDesk, RuleView } from "./rules_desk.ts";
import {
  readRuleQuestion,
  type RuleExplain,
  RuleExplainError,
} from "./rules_explain.ts";
import { type ExplainView, rulesExplainPage } from "./rules_explain_page.ts";
import { RULE_MODES } from "./rules_modes.ts";
import { rulesPage } from "./rules_page.ts";
import { ruleHref, RULES_PATH } from "./rules_path.ts";
import { rulePage } from "./rules_rule_page.ts";

/** What the routes work with. */
export interface RulesRoutesOptions {
  /** Undefined: rules are off. */
  readonly desk: RulesDesk | undefined;
  readonly explain: RuleExplain | undefined;
  /** Asked before rules. */
  readonly lists: Pick<ListsDesk, "explain" | "blockStatus"> | undefined;
}

const SwitchSchema = strict({
  name: TextSchema,
  mode: v.picklist([...RULE_MODES, "file"], "enforce, report, off or file"),
  from: v.optional(v.literal("rule", "rule")),
});

/**
 * The routes:
 *
 * - `GET /admin/rules`
 * - `GET /admin/rules/rule`: `name`
 * - `POST /admin/rules/mode`: `name`, and `mode`: enforce, report, off, or file for what the
 *   file says
 * - `POST /admin/rules/reload`
 * - `GET /admin/rules/explain`: `url`, `method`, `client`, `headers` with a field a line
 */
export function rulesRoutes(
  answers: AdminAnswers,
  options: RulesRoutesOptions,
): Hono<AdminEnv> {
  const { desk } = options;
  const app = new Hono<AdminEnv>();
  app.get(RULES_PATH, (context) => {
    const view = desk?.view();
    return answers.show(context, {
      json: view === undefined ? { rules: null } : {
        ...view,
        rules: view.rules.map(ruleJson),
        leftOver: Object.fromEntries(view.leftOver),
      },
      page: () =>
        rulesPage(view, {
          mayChange: answers.gate.mayChange(context),
          done: context.req.query("done"),
        }),
    });
  });
  app.get(
    `${RULES_PATH}/explain`,
    (context) => explainAnswer(answers, context, options),
  );
  if (desk !== undefined) addRuleRoutes(app, answers, desk);
  return app;
}

function addRuleRoutes(
  app: Hono<AdminEnv>,
  answers: AdminAnswers,
  desk: RulesDesk,
): void {
  const noRule = (context: AdminContext) =>
    answers.problem(context, 404, "there is no rule of that name");
  app.get(`${RULES_PATH}/rule`, (context) => {
    const rule = desk.get(context.req.query("name") ?? "");
    if (rule === undefined) return noRule(context);
    const source = desk.sourceOf(rule);
    return answers.show(context, {
      json: { ...ruleJson(rule), source: source ?? null },
      page: () =>
        rulePage(rule, source, {
          mayChange: answers.gate.mayChange(context),
          done: context.req.query("done"),
        }),
    });
  });
  app.post(`${RULES_PATH}/mode`, async (context) => {
    const { name, mode, from } = read(SwitchSchema, await readForm(context));
    const to = mode === "file" ? undefined : mode;
    if (!await desk.switch(name, to)) return await noRule(context);
    const done = to === undefined ? "switched-back" : "switched";
    const location = from === "rule"
      ? `${ruleHref(name)}&done=${done}`
      : `${RULES_PATH}?done=${done}`;
    const rule = desk.get(name);
    const json = { rule: rule === undefined ? null : ruleJson(rule) };
    return answers.done(context, { json, location });
  });
  app.post(`${RULES_PATH}/reload`, async (context) => {
    await desk.reload();
    const { version, broken, refused } = desk.view();
    return answers.done(context, {
      json: { version, broken, refused },
      location: `${RULES_PATH}?done=reloaded`,
    });
  });
}

function ruleJson({ description, ...rule }: RuleView) {
  return { ...description, ...rule };
}

async function explainAnswer(
  answers: AdminAnswers,
  context: AdminContext,
  options: RulesRoutesOptions,
): Promise<Response> {
  const { format: _, ...parameters } = context.req.queries();
  const asked = single(parameters);
  const view = await explained(asked, options);
  const { rules, lists, mistake } = view;
  return await answers.show(context, {
    status: mistake === undefined ? 200 : 400,
    json: mistake === undefined
      ? { lists: lists ?? null, rules: rules ?? null }
      : { error: { status: 400, reason: reasonOf(mistake) } },
    page: () => rulesExplainPage(view),
  });
}

function reasonOf({ where, problem }: FormMistake): string {
  return where === undefined ? problem : `${where}: ${problem}`;
}

/** What the lists block no rule is asked about. */
async function explained(
  asked: Readonly<Record<string, string>>,
  { explain, lists }: RulesRoutesOptions,
): Promise<ExplainView> {
  if ((asked.url ?? "") === "") return { asked };
  try {
    const question = readRuleQuestion(asked);
    const found = lists?.explain(question.url, question.method);
    return found?.verdict.verdict === "block"
      ? { asked, lists: found, blockStatus: lists?.blockStatus }
      : { asked, lists: found, rules: await explain?.(question) };
  } catch (error) {
    return { asked, mistake: explainMistake(error, asked) };
  }
}

/** @throws {unknown} An error that is no mistake of who asked. */
function explainMistake(
  error: unknown,
  asked: Readonly<Record<string, string>>,
): FormMistake {
  const mistake = error instanceof RuleExplainError
    ? { where: undefined, problem: error.message, values: asked }
    : formMistake(error, asked);
  if (mistake === undefined) throw error;
  return mistake;
}
