import { Fault, type FaultEntry } from '../runtime/fault.ts';
import { type RecurrenceRule, recurrenceFaults } from './contract.ts';
import { occurrencesOf } from './occurrences.ts';
import { lastOf } from './recurrence.ts';
import { type ParsedRule, parseRule, WrongRule } from './recurrence-rule.ts';
import { zoneRules } from './zone-rules.ts';

/** More than daily posts of two years. */
const mostOccurrences = 1000;

/** Refuses a rule that is wrong, endless or too long, or gives nothing after `now`; otherwise its local times. */
export function checkRule(rule: RecurrenceRule, now: Date): string[] {
  const { instantOf, localTimeOf } = zoneRules(rule.timeZone);
  const localTimes = localTimesOf(rule, parsed(rule, localTimeOf));
  const unknown = rule.except.findIndex((one) => !localTimes.includes(one));
  if (unknown >= 0) throw refused('rule_wrong', 'is none of the occurrences', `except.${unknown}`);
  const left = localTimes.filter((one) => !rule.except.includes(one));
  const last = left.at(-1);
  if (last === undefined || instantOf(last).at <= now)
    throw refused('no_occurrences', 'gives nothing that is still to come');
  return left;
}

function parsed(rule: RecurrenceRule, localTimeOf: (at: Date) => string): ParsedRule {
  try {
    return parseRule(rule.rrule, localTimeOf);
  } catch (error) {
    if (!(error instanceof WrongRule)) throw error;
    throw refused(error.isEndless ? 'endless' : 'rule_wrong', error.message);
  }
}

function localTimesOf(rule: RecurrenceRule, parsedRule: ParsedRule): string[] {
  const { start } = rule;
  const end = lastOf(rule);
  const { count, until = '' } = parsedRule;
  const localTimes: string[] = [];
  for (const localTime of occurrencesOf(parsedRule, start, end)) {
    if (localTimes.push(localTime) > mostOccurrences) throw refused('too_long', 'gives more than 1,000 occurrences');
  }
  const isCut = until > end || (count !== undefined && localTimes.length < count);
  if (isCut) throw refused('too_long', 'ends more than 10 years after its start');
  return localTimes;
}

type Kind = 'rule_wrong' | 'endless' | 'too_long' | 'no_occurrences';

function refused(kind: Kind, message: string, field = 'rrule'): Fault {
  const entry: FaultEntry = recurrenceFaults[`recurrence.${kind}`];
  const errors = [{ path: `body.rule.${field}`, code: entry.code, message }];
  return new Fault(entry, { detail: `${field} ${message}`, errors });
}
