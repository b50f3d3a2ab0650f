// deploy/compose.yaml as Compose reads it, with an .env as deploy/new-env makes it.

import { execFile, execFileSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A copy of deploy/, in which an .env may be made. */
export async function aDeployment() {
  const folder = await mkdtemp(join(process.env.TARGET, "tmp", "deploy."));
  const files = ["compose.yaml", "env.example", "new-env"];
  await Promise.all(files.map((file) => cp(join(process.env.ROOT, "deploy", file), join(folder, file))));
  return {
    folder,
    /** Makes an .env with secrets of its own. */
    newEnv: () => execFileSync(join(folder, "new-env"), { stdio: "pipe" }),
    /** What Compose makes of it, with nothing but these variables in its environment. */
    read: (env = {}) =>
      JSON.parse(execFileSync(process.env.COMPOSE_CONFIG, [join(folder, "compose.yaml")], { env, stdio: "pipe" })),
    discard: () => rm(folder, { recursive: true }),
  };
}

/** Whether a service's health check, asked of this port of ours, finds it healthy. */
export function isHealthy({ healthcheck }, port) {
  const [, program, ...args] = healthcheck.test.map((part) => part.replace("127.0.0.1/4001", `127.0.0.1/${port}`));
  return promisify(execFile)(program, args).then(
    () => true,
    () => false,
  );
}
