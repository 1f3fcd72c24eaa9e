/** Read by other commands of this repository, so not a mistake in the environment of `npm start`. */
const READ_ELSEWHERE = ['LEDGER_URL'];

/**
 * Names that begin so are meant for one of our processes, and for nothing else on a machine. EVENTSTORE_ and POSTGRES_
 * are not among them: the servers' own container images have variables of that kind.
 */
const OUR_PREFIXES = ['LEDGER_', 'COMMAND_API_', 'QUERY_API_', 'PROJECTOR_'];

/** Shorter names, and DATABASE_URL, have neighbours that other programs use (HOSTS, DATABASE_URI). */
const TOO_COMMON = ['HOST', 'LOG_LEVEL', 'DATABASE_URL'];

/**
 * The variables in `env` that are meant for us and that nothing reads, a line each: those with a prefix of ours, those
 * that differ from a known name only in case and underscores (GATEWAYPORT), and those one typing error away from one
 * (EVENTSTORE_PROT).
 */
export function unknownVariables(known: readonly string[], env: NodeJS.ProcessEnv): readonly string[] {
  return Object.keys(env).flatMap((name) => {
    if (!env[name] || known.includes(name) || READ_ELSEWHERE.includes(name)) return [];
    const meant = known.find((candidate) => isMisspelling(name, candidate));
    if (meant !== undefined) return [`${name}: nothing reads this variable; did you mean ${meant}?`];
    if (!OUR_PREFIXES.some((prefix) => name.startsWith(prefix))) return [];
    return [`${name}: nothing reads this variable; unset it (npm start -- --help lists all)`];
  });
}

function isMisspelling(name: string, known: string): boolean {
  const [given, wanted] = [plain(name), plain(known)];
  if (given === wanted) return !TOO_COMMON.includes(known);
  return !TOO_COMMON.includes(known) && isOneTypingErrorAway(given, wanted);
}

function plain(name: string): string {
  return name.toUpperCase().replaceAll(/[_-]/g, '');
}

/** One character left out, added, changed, or swapped with its neighbour. */
function isOneTypingErrorAway(a: string, b: string): boolean {
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0])
  );
}
