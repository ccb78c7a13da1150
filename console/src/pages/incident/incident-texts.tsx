import { Copy } from '../../parts/copy.tsx';
import { timeZone } from '../../format/zone.ts';
import { t } from '../../translations/translate.ts';
import { incidentSentence, type FoundIncident } from './incident-words.ts';
import { vendorText } from './ticket.ts';

/** Texts to copy: for a customer in the reader's language and time zone, for the vendor's ticket in English and UTC. */
export function IncidentTexts({ incident }: { readonly incident: FoundIncident }) {
  const sessions = incident.all?.nodes ?? [];
  const customer = `${incidentSentence(incident, null)} ${t('incident.zone', { zone: timeZone.get() })}`;
  return (
    <section className="section" aria-labelledby="texts">
      <h2 id="texts">{t('incident.texts')}</h2>
      <Text title={t('incident.forCustomer')} text={customer} />
      {incident.kind !== 'RELAY_RUN' && <Text title={t('incident.forVendor')} text={vendorText(incident, sessions)} />}
    </section>
  );
}

function Text({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div className="incident-text">
      <h3>
        {title} <Copy text={text} what={title} />
      </h3>
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
