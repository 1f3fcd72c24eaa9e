import { standIn } from './stand-in.fixture.ts';

standIn('QUERY_API_PORT');
