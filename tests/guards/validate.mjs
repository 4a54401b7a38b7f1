// Reads {"name": "html"} from standard input, writes {"name": ["rule: message (line)"]} for the faulty ones.
import { HtmlValidate, StaticConfigLoader } from "../../frontend/node_modules/html-validate/dist/esm/index.js";
import rules from "../../frontend/.htmlvalidate.mjs";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const validator = new HtmlValidate(new StaticConfigLoader(rules));
const faults = {};
for (const [name, html] of Object.entries(JSON.parse(text))) {
  const report = await validator.validateString(html);
  const found = report.results.flatMap((result) => result.messages);
  if (found.length) faults[name] = found.map((one) => `${one.ruleId}: ${one.message} (line ${one.line})`);
}
process.stdout.write(JSON.stringify(faults));
