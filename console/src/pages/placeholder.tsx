import { Loading } from '../parts/notices.tsx';
export function Placeholder() {
  return <Loading />;
}
