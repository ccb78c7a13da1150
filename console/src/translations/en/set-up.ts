/** Set-up: what to do until callbacks come. */
export const setUp = {
  setUp: {
    waiting: 'No callback from CSS has arrived yet',
    waitingAdvice: 'Enter the URL below in CSS. The first callback appears on this page when it arrives.',
    checking: 'Checking …',
    refusing: 'Callbacks arrive, but none has been accepted yet',
    refusingAdvice: 'Below is what is wrong with each, and what to do. They are in quarantine: nothing is lost.',
    setAside: 'Arrived, but not accepted',
    setAsideAll: 'All in quarantine: {{n}}',
    refusedAll: 'Requests arrive, but none could be taken',
    refusedAdvice:
      'Below is why, and what to do. Nothing of them is stored; CSS sends most callbacks again for some minutes.',
    refused: 'Refused since the start of the service: nothing stored',
    refusedNewest: 'Newest',
    refusedCount: 'Requests',
    why: 'Why, and what to do',
    arriving: 'Callbacks are arriving',
    newest: 'Time since the newest one:',
    address: 'the callback URL',
    addressTitle: '1. The callback URL',
    local:
      'You opened this page on the machine that runs the service. CSS can only reach it by a public name: use that name instead of the one above.',
    noRole:
      'This process takes no callbacks: its ROLES do not include receive. Enter the URL of one that has that role.',
    standby:
      'This is a standby, which takes no callbacks: the URL above is that of its primary. Once the standby is promoted, callbacks have to come here: docs/standby.md.',
    tokenAdvice:
      'Replace <token> with one of CSS_CALLBACK_TOKENS. Tokens are secret, so no page shows them; whoever runs the service has them.',
    secretsTitle: '2. What proves that a callback is from CSS',
    keys: 'Callback keys',
    keysSet: 'They check the signature (sign) of stream callbacks.',
    keysMissing:
      'Choose a key, set it as CSS_CALLBACK_KEYS, and enter the same key in CSS. Until a key or a token is set, anyone who knows the URL can send made-up callbacks.',
    tokens: 'Tokens in the URL',
    tokensSet:
      'Callbacks to a URL that ends in one of them are trusted. Relay callbacks need this, because CSS does not sign them.',
    tokensMissing:
      'Relay callbacks are not signed: without a token they all go to quarantine, and count nowhere until an operator releases them. Set CSS_CALLBACK_TOKENS.',
    tokensMissingToo:
      'If you use relay tasks, set CSS_CALLBACK_TOKENS before you set keys: CSS does not sign their callbacks.',
    isSet: 'set ({{n}})',
    isMissing: 'missing',
    cssTitle: '3. What to enter in CSS',
    cssTemplate:
      'Under Event Center, Live Stream Callback, create a template with this URL for push and interruption, and for recording and screenshots if you use them.',
    cssKey: 'Set its callback key to one of CSS_CALLBACK_KEYS, exactly as written there.',
    cssDomain:
      'Bind the template to each push domain. It takes effect within a few minutes, for pushes that begin after that.',
    cssRelay:
      'Relay (pull-and-push) tasks have their own callback URL: when you create a task, enter the URL with a token.',
    testTitle: '4. Try it',
    testExplain:
      'This sends one made-up callback to this service, signed as CSS would sign it. It stays in the ledger forever as “LiveLedgerTest” and belongs to no stream. It shows that keys and storage work, not that CSS can reach the service.',
    send: 'Send a test callback',
    accepted: 'Accepted and stored in {{duration}}. It appears below.',
    arrivals: 'Newest callbacks',
    received: 'Received',
    callback: 'Callback',
    stream: 'Stream',
    proof: 'Authentication',
    push: 'Push began',
    interruption: 'Interruption',
    testCallback: 'Test (LiveLedgerTest)',
    otherType: 'Event type {{type}}',
    signature: {
      VALID: 'Signed',
      EXPIRED: 'Signed, expired',
      INVALID: 'Wrong signature',
      UNSIGNED: 'None',
      TOKEN: 'Token',
      NOT_CHECKED: 'Not checked',
    },
  },
} as const;
