import { standIn } from './stand-in.fixture.ts';

standIn('COMMAND_API_PORT');
