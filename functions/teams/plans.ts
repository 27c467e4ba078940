import { config } from '../runtime/config.ts';
import { Plan } from './contract.ts';

/** What new teams begin with: `free`, unless the stage says otherwise. */
export const planOfNewTeams = (): Plan => Plan.default('free').parse(config('DEFAULT_PLAN').DEFAULT_PLAN);
