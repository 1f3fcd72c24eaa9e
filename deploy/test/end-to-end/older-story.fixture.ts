import { expect } from 'chai';
import { call, get } from './http.fixture.ts';
import { expectAccepted, expectProblem, expectWrong } from './older-expectations.fixture.ts';
import {
  firstGeneration,
  type generations,
  type OlderFrontend,
  type OlderTransaction,
  type UserId,
} from './older-frontends.fixture.ts';
import { raceUid, raceWithdrawals } from './older-races.fixture.ts';

const rounds = 3;
const hourMs = 3_600_000;

/** What both generations have to do for a frontend, each in its own words. @param gateway is known once tests run */
export function describeGeneration(generation: (typeof generations)[number], gateway: () => string): void {
  describe(generation === firstGeneration ? 'of the first generation' : 'of the second generation', () => {
    let frontend: OlderFrontend;
    let count = 0;

    before(() => {
      frontend = generation({ commands: gateway(), queries: gateway() });
    });

    function transaction(type: OlderTransaction['type'], user: UserId, amount: unknown, time?: string) {
      count += 1;
      const uid = `${frontend.generation}-${count}`;
      return { uid, type, amount, user, ...(time === undefined ? {} : { time }) };
    }

    /** Opens a user with some transactions, which have to be accepted. */
    async function userWith(...lines: readonly (readonly [OlderTransaction['type'], string, string?])[]) {
      const user = await frontend.open('Alice');
      for (const [type, amount, time] of lines) {
        expectAccepted(await frontend.record(transaction(type, user, amount, time)));
      }
      return user;
    }

    async function expectBalance(user: UserId, balance: string, asOf?: string): Promise<void> {
      const reply = await frontend.balance(user, asOf);
      expect({ status: reply.status, body: reply.body }, asOf).to.deep.equal({ status: 200, body: { balance } });
    }

    it('opens a user, deposits, reads, and withdraws once though it asks twice', async () => {
      const user = await userWith();
      await expectBalance(user, '0.00');
      const paidIn = transaction('DEPOSIT', user, '1500', '2023-01-04T00:00:00');
      const paidOut = transaction('WITHDRAW', user, 500.5, '2023-01-10 12:00:00');
      const [first, second, again] = [
        await frontend.record(paidIn),
        await frontend.record(paidOut),
        await frontend.record(paidOut),
      ];
      expectAccepted(first).to.include(frontend.shown(paidIn, '1500.00', '2023-01-04T00:00:00.000Z'));
      const shown = frontend.shown(paidOut, '500.50', '2023-01-10T12:00:00.000Z');
      expectAccepted(second).to.include(shown);
      expectAccepted(again).to.deep.equal(second.body);
      await expectBalance(user, '999.50');
      const looked = await frontend.lookUp(paidOut.uid);
      expectAccepted(looked).to.deep.equal(shown);
    });

    it('is refused a withdrawal that is too large, for ever, and finds no transaction then', async () => {
      const user = await userWith(['DEPOSIT', '10']);
      const tooLarge = transaction('WITHDRAW', user, '10.01');
      const refused = await frontend.record(tooLarge);
      expectProblem(refused, frontend.statuses.refused, 'insufficient-funds');
      expectAccepted(await frontend.record(transaction('DEPOSIT', user, '10')));
      const again = await frontend.record(tooLarge);
      expect(again.body).to.deep.equal(refused.body);
      await expectBalance(user, '20.00');
      expectProblem(await frontend.lookUp(tooLarge.uid), 404, 'transaction-not-found');
    });

    it('backdates, within what there was on every date since, and reads the balance of any date', async () => {
      const user = await userWith(
        ['DEPOSIT', '1500', '2023-01-04'],
        ['WITHDRAW', '500.50', '2023-01-10'],
        ['DEPOSIT', '2000', '2023-02-01T08:00:00Z'],
      );
      expectAccepted(await frontend.record(transaction('WITHDRAW', user, 100, '2023-01-05')));
      const tooLarge = await frontend.record(transaction('WITHDRAW', user, '900', '2023-01-06'));
      expectProblem(tooLarge, frontend.statuses.refused, 'insufficient-funds-at-date');
      await Promise.all([
        expectBalance(user, '0.00', '0001-01-01'),
        expectBalance(user, '0.00', '2023-01-03T23:59:59.999'),
        expectBalance(user, '1500.00', '2023-01-04'),
        expectBalance(user, '1500.00', '2023-01-04T23:59:59.999999999'),
        expectBalance(user, '1400.00', '2023-01-05'),
        expectBalance(user, '899.50', '2023-01-10T00:00:00Z'),
        expectBalance(user, '899.50', '2023-02-01T07:59:59'),
        expectBalance(user, '2899.50', '2023-02-01T08:00:00'),
        expectBalance(user, '2899.50', '2100-01-01'),
        expectBalance(user, '2899.50'),
      ]);
    });

    it('writes times in every form, in commands and in reads', async () => {
      const user = await userWith();
      const times = [
        ['2023-01-04T00:00:00', '2023-01-04T00:00:00.000Z'],
        ['2023-01-05 01:02:03', '2023-01-05T01:02:03.000Z'],
        ['2023-01-06T00:00:00Z', '2023-01-06T00:00:00.000Z'],
        ['2023-01-07T00:00:00+05:30', '2023-01-06T18:30:00.000Z'],
        ['2023-01-08 23:00:00.5-02:00', '2023-01-09T01:00:00.500Z'],
        ['2023-01-30T00:00:00.00000000', '2023-01-30T00:00:00.000Z'],
        ['2023-01-31T00:00:00.123987654', '2023-01-31T00:00:00.123Z'],
        ['2023-02-01', '2023-02-01T00:00:00.000Z'],
        ['2024-11-21T10-50-02', '2024-11-21T10:50:02.000Z'],
      ] as const;
      await Promise.all(
        times.map(async ([written, time]) => {
          const sent = transaction('DEPOSIT', user, '1', written);
          const reply = await frontend.record(sent);
          expectAccepted(reply).to.include(frontend.shown(sent, '1.00', time));
        }),
      );
      await Promise.all(
        times.flatMap(([written, time], at) => [
          expectBalance(user, `${at + 1}.00`, encodeURIComponent(written)),
          expectBalance(user, `${at}.00`, new Date(Date.parse(time) - 1).toISOString()),
        ]),
      );
      await expectBalance(user, '4.00', '2023-01-07T00:00:00+05:30');
      const wrong = await frontend.record(transaction('DEPOSIT', user, '1', '2023-02-30'));
      expectWrong(wrong, frontend.words.time);
      expectWrong(await frontend.balance(user, 'yesterday'), frontend.words.asOf);
    });

    it('may have a clock of another zone, but not one that is far ahead', async () => {
      const user = await userWith();
      const ahead = (hours: number) => new Date(Date.now() + hours * hourMs).toISOString();
      const local = ahead(5).slice(0, -1);
      const sent = transaction('DEPOSIT', user, '5', local);
      const reply = await frontend.record(sent);
      expectAccepted(reply);
      const counted = String(reply.body[frontend.words.time]);
      expect(counted < local, `${counted} is before ${local}`).to.equal(true);
      expectAccepted(await frontend.record(sent)).to.deep.equal(reply.body);
      expectProblem(await frontend.record({ ...sent, time: ahead(6).slice(0, -1) }), 409, 'transaction-id-reused');
      expectAccepted(await frontend.record(transaction('DEPOSIT', user, '5', ahead(13.5).slice(0, -1))));
      await expectBalance(user, '10.00');

      for (const time of [ahead(15).slice(0, -1), ahead(1)]) {
        const tooFar = transaction('DEPOSIT', user, '5', time);
        expectProblem(await frontend.record(tooFar), 422, 'effective-date-in-future');
        // It used no uid up.
        expectAccepted(await frontend.record({ ...tooFar, time: '2023-01-04' }));
      }
    });

    it('sends amounts as strings or numbers, and is told what is wrong with one', async () => {
      const user = await userWith();
      const right = [
        ['100', '100.00'],
        ['100.0', '100.00'],
        [100.5, '100.50'],
        [100, '100.00'],
        ['0.01', '0.01'],
        [0.01, '0.01'],
      ] as const;
      const wrong = [
        ...['0', '0.00', '-1', '1.001', '1000000000000000000', 'ten', '', ' 1', '1,5', '1e3', 'NaN'],
        ...[0, -1, -0.5, 1.001, 1e21, 0.1234567890123456, null, true, [], {}, undefined],
      ];
      const recordAll = (amounts: readonly unknown[]) =>
        Promise.all(amounts.map((amount) => frontend.record(transaction('DEPOSIT', user, amount))));
      const accepted = await recordAll(right.map(([amount]) => amount));
      for (const [at, [, amount]] of right.entries()) expectAccepted(accepted[at]).to.include({ amount });
      const refused = await recordAll(wrong);
      for (const [at, reply] of refused.entries()) expectWrong(reply, 'amount', `amount ${wrong[at]}`);
      await expectBalance(user, '400.52');
    });

    it('ends its paths with a slash or without', async () => {
      const user = await userWith();
      const { paths, statuses, words } = frontend;
      for (const slash of ['', '/']) {
        const opened = await call('POST', paths.openUser + slash, frontend.newUser('Slash'));
        expect(opened.status, slash).to.equal(statuses.opened);
        const sent = transaction('DEPOSIT', user, '1');
        const { uid } = sent;
        const recorded = await call(frontend.recordBy, paths.record + slash, frontend.written(sent));
        expectAccepted(recorded).to.include({ uid, amount: '1.00' });
        expectAccepted(await get(paths.lookUp(uid) + slash)).to.include({ uid });
        expectAccepted(await get(`${paths.balance(user)}${slash}?${words.asOf}=2023-01-01`)).to.deep.equal({
          balance: '0.00',
        });
      }
    });

    it('may use a uid once in the whole service, for one content', async () => {
      const [user, other] = await Promise.all([userWith(), userWith()]);
      const sent = transaction('DEPOSIT', user, '10', '2023-01-04');
      expectAccepted(await frontend.record(sent));
      for (const difference of [
        { user: other },
        { amount: '10.01' },
        { type: 'WITHDRAW' as const },
        { time: '2023-01-05' },
      ]) {
        const reply = await frontend.record({ ...sent, ...difference });
        expectProblem(reply, 409, 'transaction-id-reused', JSON.stringify(difference));
      }
      expectAccepted(await frontend.record({ ...sent, amount: 10.0, time: '2023-01-04T02:00:00+02:00' }));
      await expectBalance(user, '10.00');
      await expectBalance(other, '0.00');
    });

    it('is told of a user or a transaction that is not there, and uses up no uid by it', async () => {
      const sent = { ...transaction('DEPOSIT', 'nobody', '10'), user: 'nobody' };
      expectProblem(await frontend.record(sent), 404, 'account-not-found');
      expectProblem(await frontend.balance('nobody'), 404, 'account-not-found');
      expectProblem(await frontend.balance('nobody', '2023-01-04'), 404, 'account-not-found');
      expectProblem(await frontend.lookUp(sent.uid), 404, 'transaction-not-found');
      const user = await userWith();
      expectAccepted(await frontend.record({ ...sent, user }));
    });

    it('is told of everything else that is wrong, in a message to show', async () => {
      const { paths } = frontend;
      expectProblem(await call('DELETE', paths.record), 405, 'method-not-allowed');
      expectProblem(await get(`${paths.openUser}/1/nothing`), 404, 'not-found');
      expectWrong(await call('POST', paths.openUser, frontend.newUser('')), 'name');
      const user = await userWith();
      const { record } = frontend;
      expectWrong(await record({ ...transaction('DEPOSIT', user, '1'), type: 'deposit' as 'DEPOSIT' }), 'type');
      expectWrong(await record({ ...transaction('DEPOSIT', user, '1'), uid: '' }), 'uid');
      expectWrong(await record({ ...transaction('DEPOSIT', user, '1'), user: undefined }), 'user_id');
      const unknown = { ...transaction('DEPOSIT', user, '1'), currency: 'EUR' };
      expectWrong(await record(unknown), 'currency');
    });

    it(`gets two of five withdrawals of 700.00 at once from 1500.00, ${rounds} times`, () =>
      raceWithdrawals([frontend], rounds));

    it(`sends one uid 20 times at once, to two users, and it is one transaction, ${rounds} times`, () =>
      raceUid([frontend], gateway(), rounds));
  });
}
