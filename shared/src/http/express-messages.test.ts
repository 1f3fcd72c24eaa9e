import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect } from 'chai';
import express from 'express';
import { listen } from './server.ts';

/** Node tells it of each request, before any listener of the server. */
const arrivals = 'http.server.request.start';

describe('the messages of an Express app', () => {
  it('have its prototypes when they arrive, and keep them', async () => {
    const prototypes: unknown[] = [];
    const note = (...messages: object[]) =>
      prototypes.push(...messages.map((message): unknown => Object.getPrototypeOf(message)));
    const arrived = (message: unknown) => {
      const { request, response } = message as { request: object; response: object };
      note(request, response);
    };
    const app = express();
    app.get('/', (request, response) => {
      note(request, response);
      response.status(201).json({ from: 'Express' });
    });
    const server = await listen(app, '127.0.0.1', 0);
    subscribe(arrivals, arrived);
    try {
      const answer = await fetch(`http://127.0.0.1:${server.port}/`);
      expect(answer.status).to.equal(201);
      expect(await answer.json()).to.deep.equal({ from: 'Express' });
    } finally {
      unsubscribe(arrivals, arrived);
      await server.close(0);
    }
    const own = [app.request, app.response, app.request, app.response];
    expect(prototypes.map((prototype, at) => prototype === own[at])).to.deep.equal([true, true, true, true]);
  });
});
