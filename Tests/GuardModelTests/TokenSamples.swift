/// Short texts of every kind with what real tokenizers count in them.
///
/// The counts are written by `.tools/calibrate-estimator/reference.py`.
struct TokenSample {
  let kind: String
  let cl100k: Int64
  let anthropic: Int64
  let text: String

  static let all = [
    // swift-format-ignore
    TokenSample(
      kind: "English", cl100k: 78, anthropic: 78,
      text: ##"""
        The budget is checked and taken in one step before a call leaves. If the ledger cannot be read, nothing is sent, and the message says which file to look at and what to do next. Most people only notice it when they reach eighty percent of what they may use in a day; from then on every call prints a short warning with the time at which the window opens again.
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "German", cl100k: 99, anthropic: 116,
      text: ##"""
        Das Budget wird in einem einzigen Schritt geprüft und belastet, bevor eine Anfrage das Gerät verlässt. Lässt sich das Kassenbuch nicht lesen, wird nichts gesendet, und die Meldung nennt die Datei und den nächsten Schritt. Die meisten bemerken es erst, wenn achtzig Prozent des Tagesverbrauchs erreicht sind; danach erscheint bei jedem Aufruf eine kurze Warnung.
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "French", cl100k: 89, anthropic: 99,
      text: ##"""
        Le budget est vérifié et débité en une seule étape, avant que la requête ne parte. Si le registre est illisible, rien n'est envoyé et le message indique le fichier à examiner ainsi que la marche à suivre. La plupart des gens ne s'en aperçoivent qu'après avoir dépassé quatre-vingts pour cent de leur consommation quotidienne.
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Spanish", cl100k: 78, anthropic: 87,
      text: ##"""
        El presupuesto se comprueba y se descuenta en un solo paso, antes de que salga la petición. Si no se puede leer el registro, no se envía nada y el mensaje indica qué archivo hay que revisar y qué hacer después. La mayoría de las personas solo lo nota cuando llega al ochenta por ciento de lo que puede usar en un día.
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Russian", cl100k: 119, anthropic: 133,
      text: ##"""
        Бюджет проверяется и списывается за один шаг, прежде чем запрос будет отправлен. Если журнал прочитать нельзя, ничего не отправляется, а сообщение указывает, какой файл проверить и что делать дальше. Большинство людей замечают это только тогда, когда израсходовано восемьдесят процентов дневной нормы.
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Chinese", cl100k: 128, anthropic: 110,
      text: ##"""
        在请求发出之前，系统会一次性检查并扣除预算。如果无法读取账本，就不会发送任何内容，并且提示信息会说明应该检查哪个文件以及下一步该怎么做。大多数人只有在用掉一天额度的百分之八十时才会注意到它；从那以后，每次调用都会显示一条简短的警告，说明窗口何时重新打开。
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Japanese", cl100k: 130, anthropic: 125,
      text: ##"""
        リクエストが送信される前に、予算は一度の処理で確認され、差し引かれます。台帳を読み込めない場合は何も送信されず、どのファイルを調べればよいか、次に何をすればよいかがメッセージに表示されます。多くの人は一日の使用量の八十パーセントに達したときに初めて気づきます。
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Korean", cl100k: 131, anthropic: 146,
      text: ##"""
        요청을 보내기 전에 예산을 한 번에 확인하고 차감합니다. 장부를 읽을 수 없으면 아무것도 보내지 않으며, 어떤 파일을 확인해야 하는지와 다음에 무엇을 해야 하는지를 메시지로 알려 줍니다. 대부분의 사용자는 하루 사용량의 팔십 퍼센트에 도달했을 때 비로소 알게 됩니다.
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Python", cl100k: 105, anthropic: 119,
      text: ##"""
        def settle(ledger, reservation, usage):
            """Post what a call really took."""
            with ledger.transaction() as tx:
                hold = tx.take_hold(reservation.id)
                if hold is None:
                    return tx.find_settlement(reservation.id)
                for key, window in hold.balances:
                    tx.execute("UPDATE balance SET pending = pending - ?, posted = posted + ?", (hold.amount, usage.total))
                return tx.append_entry(kind="settle", hold=hold, usage=usage)

        """##),
    // swift-format-ignore
    TokenSample(
      kind: "C", cl100k: 107, anthropic: 134,
      text: ##"""
        static int reserve(struct ledger *l, int64_t amount, int64_t limit)
        {
        	int rc;

        	if (amount <= 0 || l == NULL)
        		return -EINVAL;
        	pthread_mutex_lock(&l->lock);
        	if (l->pending + l->posted > limit - amount) {
        		rc = -EAGAIN;	/* the budget is used up */
        	} else {
        		l->pending += amount;
        		rc = 0;
        	}
        	pthread_mutex_unlock(&l->lock);
        	return rc;
        }

        """##),
    // swift-format-ignore
    TokenSample(
      kind: "JavaScript", cl100k: 102, anthropic: 116,
      text: ##"""
        export async function complete(messages, { model = 'small', signal } = {}) {
          const response = await fetch(`${baseUrl}/v1/chat/completions`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ model, messages, stream: false }),
            signal,
          });
          if (!response.ok) throw new Error(`HTTP ${response.status}`);
          return (await response.json()).choices[0].message.content;
        }

        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Go", cl100k: 101, anthropic: 140,
      text: ##"""
        func (b *Budget) Take(ctx context.Context, n int64) error {
        	b.mu.Lock()
        	defer b.mu.Unlock()
        	if b.used+n > b.limit {
        		return fmt.Errorf("budget %q: %d of %d used: %w", b.name, b.used, b.limit, ErrExhausted)
        	}
        	b.used += n
        	select {
        	case <-ctx.Done():
        		b.used -= n
        		return ctx.Err()
        	default:
        		return nil
        	}
        }

        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Swift", cl100k: 108, anthropic: 108,
      text: ##"""
        public struct Window: Hashable, Sendable {
          public let startUnixMs: Int64
          public let endUnixMs: Int64

          /// Whether an instant lies inside.
          public func contains(_ unixMs: Int64) -> Bool { startUnixMs <= unixMs && unixMs < endUnixMs }

          public static func opening(at now: Int64, seconds: Int64) -> Window {
            Window(startUnixMs: now, endUnixMs: now + seconds * 1000)
          }
        }

        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Shell", cl100k: 100, anthropic: 101,
      text: ##"""
        #!/usr/bin/env bash
        set -euo pipefail
        for file in "$@"; do
          if [ ! -r "$file" ]; then
            echo "cannot read $file" >&2
            continue
          fi
          summary=$(head -c 4000 "$file" | llm -m small 'Summarise this in one line')
          printf '%s\t%s\n' "$(basename "$file")" "$summary" >> summaries.tsv
        done

        """##),
    // swift-format-ignore
    TokenSample(
      kind: "JSON", cl100k: 114, anthropic: 112,
      text: ##"""
        {
          "model": "small",
          "messages": [
            {
              "role": "system",
              "content": "Answer briefly."
            },
            {
              "role": "user",
              "content": "What is a ledger?"
            }
          ],
          "temperature": 0.2,
          "max_tokens": 256,
          "usage": {
            "prompt_tokens": 21,
            "completion_tokens": 87,
            "total_tokens": 108
          },
          "created": 1716239022
        }
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Logs", cl100k: 137, anthropic: 135,
      text: ##"""
        2024-05-20T21:03:42.118Z INFO  [worker-3] request finished status=200 bytes=18231 took=412ms
        2024-05-20T21:03:42.530Z WARN  [worker-1] upstream 10.0.3.17:8443 timed out after 30s, retry 2 of 5
        2024-05-20T21:03:43.007Z ERROR [queue] job 8f14e45f-ceea-467f-a8d2-0c7d3f1b9a55 failed: connection refused

        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Markdown", cl100k: 98, anthropic: 115,
      text: ##"""
        # Getting started

        1. Install the tool with `make install`.
        2. Write a *budget* into the configuration:

        ```toml
        [tiers.free]
        budgets = ["200k tokens/day", "$5/month"]
        ```

        | Phase | Begins at |
        |-------|----------:|
        | warn  | 80 %      |
        | soft  | 100 %     |

        See [the manual](https://example.org/manual#phases) for **all** keys.

        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Base64", cl100k: 291, anthropic: 282,
      text: ##"""
        bqaHdm6s+5zwXpFf/OtiRKpRdyMHMqcvVf/W3V6DOK1QuqUBNoCcVoZTtoBRdLZ2Hdv25c2KzZrXRLAU4piCVUer5I3++7bv+MbcnXakObMPJXgKbM5qusNtB2Ggul4rZ0oXtMQsO/KQpLdzVIKG81XinbkXpC5spnM7KIUYHissXu48FjokDakOZxxvpOYhO9magbNlKd/fG4DsqRmx/dpRJpdfPDYQapcyxgGnPbDm2zdix+Qiyo0YAL8quyPjBQIHGripQOuTpYpKK0R4NAy7mqyPy2s5NeTHuVfDActZKfhrs0G7441RdBaG0cfFoaZIRAAnUOkRXLs1FNaDZbSz+0eeA3dX5Rc8zybPDgsZVREzxfZztcgX6+LBelkB+5ke4cWYQ2nUrAYO
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Hexadecimal", cl100k: 232, anthropic: 232,
      text: ##"""
        51fb53e5951cfa60d0c586d808d2e07d3add9e230cfe0206f58d9a3cf1ccba6c03ce79bccf860ae8238cc9d97a10af1cf286c9f643e0ca9865edfd00cb16091f994dadc3e2b3259413869a324e9b32e5de8a29da4f4bfb33ef148954ffd61c02954179e4f97d6015824e18227e542e8a9b99ebea65937804a7a634805fd9b7150cb2ae92ec752a7ff7579f89d2d3c1eb64a0bb320d298c6b3a339e11f829ec653db1313110fe82a30d56d0c3983aea1784c06ab360c86d9404213625ab932c2c583191f04f1be09b
        """##),
    // swift-format-ignore
    TokenSample(
      kind: "Emoji", cl100k: 71, anthropic: 74,
      text: ##"""
        Shipped it! 🚀🎉 Thanks everyone 🙏🏽 the build is green ✅ and coffee is on me ☕️😂 see you on Friday 👋 🇩🇪🇫🇷 ❤️🔥 who broke staging? 🤔👀 not me 😅
        """##),
  ]
}
