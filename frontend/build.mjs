// Bundles frontend/ into static/dist/. Names stay stable; Django's manifest storage adds the hashes.
//
//   js/app.js           -> app.js            on every page
//   js/entries/x.js     -> x.js              loaded only by the pages that need it
//   css/app.css         -> app.css           fonts and images it names by package path come along
//   css/entries/x.css   -> x.css
//   krds-uiux           -> fonts/            Pretendard GOV: the three weights
//   noto-sans-kr        -> ../../fonts/      whole fonts for PDFs, beside what browsers get, never served
import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static", "dist");
// Built beside the old one and swapped in, so that a failed build leaves the old one whole.
const fresh = `${target}.new`;

async function entries(folder, extension) {
  const path = join(here, folder);
  if (!existsSync(path)) return [];
  const names = (await readdir(path)).filter((name) => name.endsWith(extension)).sort();
  return names.map((name) => ({ in: join(path, name), out: parse(name).name }));
}

const common = {
  bundle: true,
  minify: true,
  legalComments: "linked",
  outdir: fresh,
  target: ["chrome109", "firefox115", "safari16"],
  loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
  assetNames: "fonts/[name]",
  logLevel: "warning",
};

const scripts = [{ in: join(here, "js", "app.js"), out: "app" }, ...(await entries("js/entries", ".js"))];
const styles = [{ in: join(here, "css", "app.css"), out: "app" }, ...(await entries("css/entries", ".css"))];
const present = (entry) => existsSync(entry.in);

await rm(fresh, { recursive: true, force: true });
await mkdir(join(fresh, "fonts"), { recursive: true });
await build({ ...common, entryPoints: scripts.filter(present), format: "esm", splitting: false });
await build({ ...common, entryPoints: styles.filter(present), external: ["fonts/*", "./fonts/*", "/static/*"] });

const fonts = join(here, "node_modules", "krds-uiux", "resources", "fonts");
for (const weight of ["Regular", "Medium", "Bold"]) {
  const name = `PretendardGOV-${weight}.subset.woff2`;
  await cp(join(fonts, name), join(fresh, "fonts", name));
}

// Papers name people, so their font has every syllable and Hanja there is; browsers get a subset.
const papers = join(here, "..", "fonts");
const noto = join(here, "node_modules", "@expo-google-fonts", "noto-sans-kr");
await rm(papers, { recursive: true, force: true });
await mkdir(papers, { recursive: true });
for (const weight of ["400Regular", "700Bold"]) {
  const file = `NotoSansKR_${weight}.ttf`;
  await cp(join(noto, weight, file), join(papers, file));
}
await cp(join(noto, "LICENSE_FONT"), join(papers, "LICENSE"));

await rm(target, { recursive: true, force: true });
await rename(fresh, target);
