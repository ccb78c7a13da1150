/** What an operator does about a message of the log. The texts are Markdown, as seen from docs/. */
export interface Remedy {
  readonly messages: readonly string[];
  /** What tells this case of the message from the others. */
  readonly detail?: string;
  readonly whatToDo: string;
}

export const remedies: readonly Remedy[] = [
  {
    messages: ['personal data were erased'],
    whatToDo: 'nothing: the keys of an [erasure](erasure.md) are destroyed, and the read models are built anew',
  },
  {
    messages: ['an erasure of personal data did not come to its end; it is tried again'],
    whatToDo:
      '`reason` says what it waits for, mostly a node that is stopped or whose spool is not empty: [erasure](erasure.md#erase). Nothing that was erased comes back',
  },
  {
    messages: ['the read models could not be built anew after an erasure; it is tried again'],
    whatToDo:
      'as for any build: see the free space, and the lines before. Until they are, answers of this node show what was erased',
  },
  {
    messages: ['the key of personal data could not be changed: callbacks are sealed with the one in use'],
    whatToDo:
      'see that `PERSONAL_KEYS_DIR` is there, has room, and may be written: an [erasure](erasure.md#the-keys) of that day waits for it',
  },
  {
    messages: ['a run of retention did not come to its end'],
    whatToDo:
      'what it removed may still be in free space of the file of the log: stop the service, and run [retention](retention.md) with `--apply` again',
  },
  {
    messages: ['a message of the Model Context Protocol could not be answered'],
    whatToDo:
      'a program sent to `/mcp` what the protocol does not allow, or closed the connection. If the log has nothing else of the same `requestId`, look at that program',
  },
  {
    messages: ['the link for SQL could not be made: sql.sqlite does not lead to what answers'],
    whatToDo:
      'the file system of `DATA_DIR` has no symbolic links, or is full. Only [SQL](sql.md) is affected; the next switch of read models tries again',
  },
  {
    messages: ['callbacks are kept in quarantine'],
    detail: '`kind` `UNPROVEN …`, `FORGED …`, `EXPIRED …`, `UNREADABLE …`',
    whatToDo: 'see [callbacks in quarantine](failures.md#callbacks-in-quarantine)',
  },
  {
    messages: ['callbacks are refused'],
    detail: '`kind` `NOT_AUTHENTIC …`, `QUARANTINE_FULL …`',
    whatToDo:
      'too many such callbacks come: remove the cause, then release, or block the addresses that flood the URL. [Callbacks in quarantine](failures.md#callbacks-in-quarantine) says more',
  },
  {
    messages: ['requests with a wrong token are refused'],
    whatToDo:
      'somebody guesses, or still sends an old token: see [wrong tokens](security.md#wrong-tokens). `sinceLastLine` is their number, `addresses` from how many addresses they came in the last minutes',
  },
  {
    messages: ['nobody was signed in at the issuer'],
    detail: '`why`, as the page says it',
    whatToDo: 'if it goes on, run `live-ledger doctor`: see [sign-in at an issuer](security.md#sign-in-at-an-issuer)',
  },
  {
    messages: ['the quarantine is full: the oldest of whoever has most are removed'],
    whatToDo:
      '`kind` is the reason, `displacedSinceStart` their number. Release what is yours, and block the addresses that flood the URL',
  },
  {
    messages: [
      'counting the callbacks in quarantine failed; it counts those to come',
      'making room in quarantine failed; it is tried again',
    ],
    whatToDo: 'usually the disk is full, or EventStoreDB is unavailable',
  },
  {
    messages: ['removed callbacks from quarantine by age'],
    whatToDo:
      '`kind` is their reason, `removed` their number. If some were still `HELD`, check the quarantine more often',
  },
  {
    messages: ['repeated entries of the audit could not be recorded'],
    whatToDo:
      'usually the disk is full, or EventStoreDB is unavailable. The first of them is in the [audit](audit.md); how many came after it within the minute (`count`) is not',
  },
  {
    messages: ['a file in the folder audit is no entry of a command, and is removed'],
    whatToDo: 'find out who writes to `DATA_DIR`: the commands of this service leave only entries there',
  },
  {
    messages: ['removing callbacks from quarantine failed; it is tried again'],
    whatToDo: 'usually the disk is full, or EventStoreDB is unavailable; the service tries again within the hour',
  },
  {
    messages: ['callbacks are refused'],
    detail: '`kind` `BODY_UNREADABLE`',
    whatToDo: 'something sends bodies that are not callbacks; `reason` says what is wrong with them',
  },
  {
    messages: ['callbacks are refused'],
    detail: '`kind` another code or `CONNECTION_LOST`',
    whatToDo:
      'requests under `/callbacks/` that came to nothing: `NOT_FOUND` is a wrong URL in the console of CSS, `BODY_TOO_LARGE` more than a callback has',
  },
  {
    messages: ['callbacks are refused'],
    detail: '`kind` `STORE_UNAVAILABLE`, `STORE_OVERLOADED`',
    whatToDo:
      'see `reason`: usually the disk is full, another program locked the file for more than 3 s, or a write took more than 15 s. CSS repeats pushes and interruptions for 12 minutes',
  },
  {
    messages: ['the thread that writes the log has ended, and is started again'],
    whatToDo:
      'until the restart, callbacks are answered 503, and CSS repeats them. `reason` says why. If it happens repeatedly: free disk space, or restart. Report it',
  },
  {
    messages: ['the projection thread has ended, and is started again'],
    whatToDo:
      'until the restart, queries show an old state, and `projections` is `stalled`. `reason` says why. Report it',
  },
  {
    messages: [
      'the log is an older copy, and lacks what was recorded after it: a new epoch has begun, earlier cursors are refused, and the read models are built again',
      'the log is not the one that the read models were built from, as after restoring an older copy: a new epoch has begun, earlier cursors are refused, and the read models are built again',
    ],
    whatToDo:
      'at a start, after a [restore](backup.md#restore). If you did not restore anything, stop the service and look for the newer log',
  },
  {
    messages: [
      'the file of the log is a copy, restored or moved: a new epoch has begun, and earlier cursors are refused',
    ],
    whatToDo: 'the same',
  },
  {
    messages: [
      'a read model is damaged: queries are refused until it is built again from the log',
      'a read model is damaged: it is removed, and built again',
      'a read model that was being built is damaged: building begins again',
    ],
    whatToDo:
      'nothing is lost, and the service repairs it by itself. `reason` says what was found: look for what damaged the file, such as the disk',
  },
  {
    messages: [
      'read models are built beside those that answer',
      'read models are built; queries are refused until they are complete',
      'read models are being built',
      'the read models are complete, and answer from now on',
    ],
    whatToDo: '– ; `because` says why, `eventsLeft` how much is left',
  },
  {
    messages: [
      'read models of an older version answer as they were, and grow no more, until those of this version are complete',
    ],
    whatToDo: 'after a new version was started: wait until its own read models are complete',
  },
  {
    messages: ['changing the read models failed; it is tried again'],
    whatToDo: 'correct what `reason` says: usually the disk is full',
  },
  {
    messages: ['the projector has stopped, and tries again'],
    whatToDo:
      'correct what `reason` says. The projector retries every 2 s; until then, queries show an old state, and `projections` is `stalled`',
  },
  {
    messages: ['an event of the log is damaged and was skipped: it is not what was recorded'],
    whatToDo: 'run [verify](backup.md#verify), and check the disk',
  },
  {
    messages: ['the incidents could not be decided on, and are tried again: those shown are as they were before'],
    whatToDo:
      'free disk space if there is little. Sessions and tasks are up to date. If it goes on, report it with `reason`',
  },
  {
    messages: ['an event could not be projected and was skipped'],
    whatToDo: '`position` is that of the event, which stays in the log. Report it',
  },
  {
    messages: ['an export was cut off'],
    whatToDo:
      'a page of a [table](tables.md) could not be read: see `code`. The client sees that the file is not complete',
  },
  {
    messages: [
      'a callback failed',
      'a request failed',
      'a GraphQL request failed',
      'a GraphQL operation failed',
      'an export failed',
    ],
    whatToDo: 'a fault of the service: report it with `fault` and `at`',
  },
  {
    messages: ['an error that nothing caught: the process ends; every callback that was answered is durable'],
    whatToDo: 'the same; the process has ended, and is [replaced](upgrade.md#replace-the-process)',
  },
  {
    messages: ['EventStoreDB does not answer; it is asked again until it does'],
    whatToDo: 'see `reason`. At most one line a minute, with `failuresSinceLastLine`. Meanwhile, callbacks are spooled',
  },
  {
    messages: [
      'EventStoreDB answers again',
      'replication of the log has resumed',
      'the spool is empty again',
      'the projector works again',
    ],
    whatToDo: '–',
  },
  {
    messages: ['the spool has events that are not in the log yet'],
    whatToDo: 'at a start: they are drained now',
  },
  {
    messages: ['the log refuses a spooled event permanently; it stays in the spool, at this position'],
    whatToDo:
      'the other events are drained; this one is kept apart and tried again at each start. Keep the spool, and report it',
  },
  {
    messages: ['draining the spool failed; it is tried again'],
    whatToDo: 'usually the disk of the spool is full; otherwise report it',
  },
  {
    messages: ['replication of the log was interrupted, and is retried'],
    whatToDo: 'see `reason`. Meanwhile, queries show the copy',
  },
  {
    messages: ['replication of the log has stopped, and is not retried'],
    whatToDo: 'do what `reason` says',
  },
  {
    messages: ['EventStoreDB was restored: a new epoch has begun, and earlier cursors are refused'],
    whatToDo: 'clients list again by themselves. Continue [after the restore](eventstoredb.md#after-a-restore)',
  },
  {
    messages: ['another build was installed in the folder of this process: the service is replaced by it'],
    whatToDo: 'nothing, if `listening` follows. Better give each version [a folder of its own](upgrade.md)',
  },
  {
    messages: ['the new epoch could not be begun yet: it is tried again'],
    whatToDo: 'see `reason`: the user of EVENT_STORE_URL must be allowed to append to the stream of the ledger',
  },
  {
    messages: ['an analysis thread has ended, and is started again'],
    whatToDo:
      'the statistics that it was counting are answered `INTERNAL`; everything else continues. `reason` says why. Report it',
  },
  {
    messages: ['the thread that copies the log has ended, and is started again'],
    whatToDo: 'until the restart, queries show the copy. `reason` says why. Report it',
  },
  {
    messages: ['the log can not be reached, and there is no copy of it yet: queries are refused until then'],
    whatToDo:
      'queries are answered `STORE_UNAVAILABLE` until it can: see that EventStoreDB, or the primary of a standby, is reached',
  },
  {
    messages: ['this standby ends, and is started again as a primary: it was promoted'],
    whatToDo: 'see [standby.md](standby.md#promote-it)',
  },
  {
    messages: ['a standby neither forwards nor sends alerts: both begin once it is promoted'],
    whatToDo: '–',
  },
  {
    messages: ['the copy of the log can not be served'],
    whatToDo: 'check `copy/` in `DATA_DIR`; usually a rebuild helps',
  },
  {
    messages: ['the log in EventStoreDB cannot be used'],
    whatToDo: 'do what `reason` says',
  },
  {
    messages: ['a target of forwarding fails; it is tried again'],
    whatToDo:
      'also for alert targets. Its last 20 attempts have failed; `fault` says how the last one did. Nothing is lost. `attempts`, and `failures` of them, count since this node began sending to it',
  },
  {
    messages: ['a target of forwarding answers again'],
    whatToDo: '– ; `attempts` and `failures` as above',
  },
  {
    messages: ['a target of forwarding is behind'],
    whatToDo:
      'also for alert targets; at most every 10 minutes for each target, while the service sends to it and `lagMs`, the age of the oldest event that is not done for it, is more than a minute. Usual after a replay, or once the target is back. Otherwise see `retrying` of [`forwardTargets`](forwarding.md#see-it-and-change-it): the target refuses a callback, or `concurrency` or `perSecond` is too low',
  },
  {
    messages: ['callbacks could not be forwarded, and were set aside'],
    whatToDo:
      'at most once a minute for each target; `setAside` is their number. See `setAside` of [`forwardTargets`](forwarding.md#see-it-and-change-it), repair the target, and replay',
  },
  {
    messages: ['an operator has changed forwarding'],
    whatToDo: '– ; `target`, and `change`: `pause`, `resume`, `replay`, `skip`',
  },
  {
    messages: ['this node forwards to a target from now on'],
    whatToDo:
      'also for alert targets. The node has taken the [lease](forwarding.md#several-nodes); `wasTaken`: from a node that had not released it',
  },
  {
    messages: ['another node forwards to a target from now on'],
    whatToDo: 'this node was suspended or overloaded for 20 seconds. Some callbacks are sent twice',
  },
  {
    messages: ['an attempt to forward was ended by a fault of the service; it is made again'],
    whatToDo:
      'counts as a failure of kind `CONNECTION`. `position` is that of the callback. Report it with `fault` and `at`',
  },
  {
    messages: ['the lease of a target has run out: this node has stopped forwarding to it'],
    whatToDo: 'EventStoreDB has not confirmed a renewal for 10 seconds. Forwarding continues once it does',
  },
  {
    messages: ['this node gets no events from EventStoreDB, and has handed a target over'],
    whatToDo:
      "for 20 seconds, this node's copy of the log got nothing, although EventStoreDB answers: `projections { notFollowedBecause }` says why. Another node forwards",
  },
  {
    messages: ['the lease of this node cannot be read or renewed'],
    whatToDo:
      'EventStoreDB does not answer, or refuses: `fault` says how. The node tries again; after 10 seconds, it stops forwarding',
  },
  {
    messages: ['the lease of a target cannot be read or renewed'],
    whatToDo: 'EventStoreDB does not answer, or refuses: `fault` says how. The node tries again',
  },
  {
    messages: ['forwarding goes on in another log, or in an older copy: check what the targets have'],
    whatToDo:
      'after a [restore](backup.md#restore): targets continue at the end of the restored log; replay if that is too late',
  },
  {
    messages: ['alerts go on in another log, or in an older copy'],
    whatToDo: 'after a [restore](backup.md#restore): alerts are those of the restored log',
  },
  {
    messages: ['a rule of alerts could not be evaluated; it is tried again'],
    whatToDo:
      'at most once a minute; `rule` and `fault` say which and why: usually the read models are being built, or the disk is full. Meanwhile, no alert of the rule begins or ends',
  },
  {
    messages: ['forwarding could not save how far a target is; it is tried again'],
    whatToDo:
      'logged when it begins. Usually the disk is full. Forwarding continues; after a crash, more callbacks are sent again',
  },
  {
    messages: ['forwarding saves again how far a target is'],
    whatToDo: '–',
  },
  {
    messages: ['traces could not be sent; they are dropped until that works'],
    whatToDo:
      '`status` is the collector’s answer, null if there was none. Check [OTEL_EXPORTER_OTLP_ENDPOINT](metrics.md#traces)',
  },
  {
    messages: ['forwarding could not read the log; it is tried again'],
    whatToDo: 'check whether the disk is sound; report it with `fault` and `at`',
  },
  {
    messages: [
      'starting',
      'listening',
      'answering queries',
      'leaving: the next process opens DATA_DIR',
      'stopped before it listened',
    ],
    whatToDo: '– ; `version`, `nodeVersion` and `dataDir`, then `url`',
  },
  {
    messages: ['the settings were read again'],
    whatToDo: '– ; `changed` names what is new: see [keys and tokens](security.md#files-of-keys-and-tokens)',
  },
  {
    messages: ['the settings were read again, and something is wrong: the ones before stay in use'],
    whatToDo: 'correct what `problems` names',
  },
  {
    messages: ['stopping: open requests are answered first'],
    whatToDo: '–',
  },
  {
    messages: ['stopped'],
    whatToDo: '–',
  },
  {
    messages: ['a second signal: stopped at once; every callback that was answered is durable'],
    whatToDo: '–',
  },
  {
    messages: ['a new process is started, to replace the one that takes callbacks'],
    whatToDo: '–',
  },
  {
    messages: ['the service is being started or stopped already, and is not replaced'],
    whatToDo: 'send the signal again if you still want a replacement',
  },
  {
    messages: ['the new process did not start: the one before goes on'],
    whatToDo: 'correct what the new process has written to standard error',
  },
  {
    messages: ['the recorder has ended, and is started again: connections wait'],
    whatToDo:
      "`status` is its exit status, null after a signal, such as the system's when memory runs out. The line before says why, if it could. Report it",
  },
  {
    messages: ['the reader has ended, and is started again: callbacks are taken, everything else waits'],
    whatToDo: 'as above, of the reader; `restartAfterMs` grows while it ends soon after each start',
  },
  {
    messages: ['an error that nothing caught in the supervisor: the service ends'],
    whatToDo: 'a fault of the service: start it again, and report it',
  },
  {
    messages: [
      'stopping took too long; every callback that was answered is durable',
      'stopping failed; every callback that was answered is durable',
      'a part of the process failed to close',
    ],
    whatToDo: 'nothing is lost. If it happens again, report it',
  },
  {
    messages: [
      'the limit of open files allows fewer connections than LIVE_CONNECTIONS_MAX: raise the limit, or lower the setting',
    ],
    whatToDo: 'the service takes `liveConnectionsMax` subscribers. See [many subscribers](scale.md#many-subscribers)',
  },
  {
    messages: [
      'no more files can be open: new connections are closed without an answer, callbacks too; raise the limit of open files',
    ],
    whatToDo:
      'at most once a minute; `openFilesMax` is the limit. Raise it (`LimitNOFILE=` of systemd, `--ulimit nofile=` of Docker), and look for clients that open connections and never close them. Probes get no answer either, so a load balancer sends callbacks elsewhere; CSS repeats its callbacks except those of relay tasks',
  },
  {
    messages: ['a client of subscriptions broke the protocol'],
    whatToDo: 'its connection was closed with 4400; correct the client',
  },
  {
    messages: ['answered', 'refused'],
    whatToDo: 'only with `LOG_LEVEL=debug`',
  },
];
