import type { IRouter } from 'express';
import { Problem, type ProblemName, problemKinds } from '../problems.ts';
import { route } from './routes.ts';

/** `/problems` and `/problems/NAME`: what a problem's `type` points to, for people. */
export function problemPages(router: IRouter): void {
  route(router, '/problems', {
    get: (_request, response) => {
      const rows = (Object.keys(problemKinds) as ProblemName[]).map(
        (name) =>
          `<li><a href="/problems/${name}">${name}</a> (${problemKinds[name].status}): ${problemKinds[name].title}</li>`,
      );
      response.type('html').send(page('Problems', `<ul>${rows.join('\n')}</ul>`));
    },
  });
  route(router, '/problems/:name', {
    get: (request, response) => {
      const name = String(request.params['name']);
      if (!isProblemName(name))
        throw new Problem('not-found', `there is no problem called ${name}; /problems lists them`);
      const { status, title, meaning } = problemKinds[name];
      const text = meaning.replace(/`([^`]+)`/g, '<code>$1</code>');
      response
        .type('html')
        .send(page(`${title}`, `<p>HTTP ${status}, <code>/problems/${name}</code></p><p>${text}</p>`));
    },
  });
}

function isProblemName(name: string): name is ProblemName {
  return Object.hasOwn(problemKinds, name);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}</style>
<h1>${title}</h1>${body}</html>\n`;
}
