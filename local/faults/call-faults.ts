import type { HttpReply } from '../engines/http-hop.ts';
import type { AwsCall, ServiceName } from '../front-door/aws-call.ts';
import { errorReply } from '../front-door/error-replies.ts';
import type { Service, Services } from '../front-door/services.ts';
import { type Fates, isCall } from './fates.ts';
import type { CallFault } from './fault-plan.ts';

type Parts = {
  rules: readonly CallFault[];
  fates: Fates;
  /** Which function calls; undefined for the runner, who is spared. */
  functionOf: (accessKeyId: string | undefined) => string | undefined;
  report: (fault: string) => void;
};

/** The same services, except that some calls of functions are refused, and some are done but answered with an error. */
export function faultyServices(services: Services, parts: Parts): Services {
  const faulty = Object.entries(services).map(([name, service]) => [name, faultyService(service, parts)]);
  return Object.fromEntries(faulty);
}

const faultyService =
  (service: Service, { rules, fates, functionOf, report }: Parts): Service =>
  async (call) => {
    const caller = functionOf(call.accessKeyId);
    const name = `${call.service}:${call.action}`;
    const fault = rules.find(
      (rule, place) =>
        caller?.includes(rule.in) && isCall(rule.call, name) && fates.strikes(`call ${place} ${caller}`, rule),
    );
    if (fault === undefined) return service(call);
    report(`${caller}: ${name} ${fault.how}`);
    if (fault.how === 'throttled') return throttled(call);
    if (fault.how === 'done_but_failed') await service(call);
    return failed(call);
  };

const failed = ({ service }: AwsCall): HttpReply =>
  errorReply(service, { status: 500, name: 'InternalServerError', message: 'A fault of the plan' });

const throttleNames: Partial<Record<ServiceName, string>> = {
  dynamodb: 'ProvisionedThroughputExceededException',
  sqs: 'RequestThrottled',
};

const throttled = ({ service }: AwsCall): HttpReply =>
  errorReply(service, { name: throttleNames[service] ?? 'ThrottlingException', message: 'A fault of the plan' });
