import { standIn } from './stand-in.fixture.ts';

standIn('EVENTSTORE_PORT');
