/** Writes the files of `gatewayFiles` beside this one: `node --import tsx deploy/docker/write-gateway-files.ts`. */
import { writeFile } from 'node:fs/promises';
import { gatewayFiles } from './gateway-files.ts';

for (const [name, content] of Object.entries(gatewayFiles())) {
  await writeFile(new URL(name, import.meta.url), content);
}
