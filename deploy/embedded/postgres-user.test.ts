import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Accounts, type PostgresUser, postgresUser } from './postgres-user.ts';
import { StartError } from './start-error.ts';

const root = { uid: 0, gid: 0 };
const missing = join(tmpdir(), 'there-is-no-such-folder');

function accounts(known: Record<string, PostgresUser>, make: (name: string) => void = () => {}): Accounts {
  return { find: (name) => known[name], make };
}

describe('the user that PostgreSQL runs as', () => {
  it('is the one who starts, unless that is root', async () => {
    const self = { uid: 1000, gid: 1000 };
    expect(await postgresUser(missing, self, accounts({}), expect.fail)).to.equal(self);
  });

  it('is the existing user postgres where root starts', async () => {
    const known = { postgres: { uid: 101, gid: 104 } };
    expect(await postgresUser(missing, root, accounts(known), expect.fail)).to.deep.equal({ uid: 101, gid: 104 });
  });

  it('is made, with a line that says so, where root starts and there is none', async () => {
    const known: Record<string, PostgresUser> = {};
    const lines: string[] = [];
    const making = accounts(known, (name) => {
      known[name] = { uid: 999, gid: 998 };
    });
    expect(await postgresUser(missing, root, making, (line) => lines.push(line))).to.deep.equal({ uid: 999, gid: 998 });
    expect(lines).to.have.length(1);
    expect(lines[0]).to.contain('made the system user "postgres" (uid 999)');
  });

  it('is asked for in a line where it cannot be made', async () => {
    const failing = accounts({}, () => {
      throw new Error('useradd: cannot lock /etc/passwd');
    });
    const problem: unknown = await postgresUser(missing, root, failing, expect.fail).catch((error: unknown) => error);
    expect(problem).to.be.instanceOf(StartError);
    expect(String(problem)).to.contain('cannot lock /etc/passwd').and.contain('DATABASE_URL');
  });

  it('is not one who may not read the data', async () => {
    const self = { uid: (process.getuid?.() ?? 0) + 1, gid: 1 };
    const problem: unknown = await postgresUser(import.meta.dirname, self, accounts({}), expect.fail).catch(
      (error: unknown) => error,
    );
    expect(String(problem)).to.contain('LEDGER_DATA_DIR').and.contain('belongs to another user');
  });
});
