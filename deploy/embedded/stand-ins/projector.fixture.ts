import { standIn } from './stand-in.fixture.ts';

standIn('PROJECTOR_PORT');
