import { standIn } from './stand-in.fixture.ts';

const services = ['COMMAND_API_URL', 'QUERY_API_URL', 'PROJECTOR_URL'];
standIn(
  'GATEWAY_PORT',
  services.map((variable) => String(process.env[variable])),
);
