/// Small words of German, French and Spanish that are politeness, or point at a text, in most requests, and are what is meant in others:
/// "el siguiente capítulo", "une carte de merci", "wie leben Hunde und Katzen zusammen".
enum ForeignSenses {
  /// Whether one of the words may be meant.
  static let triggers = WordSet(
    [
      "siguiente", "siguientes", "suivant", "suivante", "suivants", "suivantes", "merci", "gracias", "danke", "bitte",
      "zusammen", "hier", "unten", "nach", "aus", "desde",
    ] + inflected)

  /// What a word says where it stands; `nil` where it is only politeness, or points at a text.
  static func sense(of words: [InstructionWord], at place: Int) -> String? {
    let word = words[place].text
    func text(_ place: Int) -> String { words.indices.contains(place) ? words[place].text : "" }
    func next(_ set: WordSet) -> Bool { place + 1 < words.count && set.contains(words[place + 1]) }
    func before(_ set: WordSet) -> Bool { place > 0 && set.contains(words[place - 1]) }
    switch word {
    case "siguiente", "siguientes", "suivant", "suivante", "suivants", "suivantes":
      return next(texts) || before(texts) ? nil : word
    case "merci", "gracias", "danke", "bitte":
      return before(joining) || next(tongues) ? word : nil
    case "zusammen": return words.contains { $0.text.hasPrefix("fass") } ? nil : word
    case "hier", "unten": return texts.isSaid(in: words) ? nil : word
    case "nach": return next(objects) ? word : nil
    case "aus": return next(objects) && !(place + 2 < words.count && isTongueOrText(words[place + 2])) ? word : nil
    case "desde":
      guard place + 1 < words.count else { return word }
      return words[place + 1].kind == .number || words[(place + 1)...].prefix(2).contains(where: isTongueOrText)
        ? nil : word
    default:
      // "Übersetze kurze Sätze" says which, "übersetze Sätze kurz" how; what is written is both.
      guard inflectedSet.contains(words[place]), let first = words.first, treating.contains(first) else { return nil }
      return word
    }
  }

  private static func isTongueOrText(_ word: InstructionWord) -> Bool {
    word.mayBe([.language, .tool, .format]) || texts.contains(word)
  }

  private static let inflected = [
    "kurze", "kurzen", "höfliche", "höflichen", "freundliche", "freundlichen", "formelle", "formellen", "lange",
    "langen", "lustige", "lustigen", "einfache", "einfachen", "knappe", "knappen", "förmliche", "förmlichen",
  ]
  private static let inflectedSet = WordSet(inflected)
  private static let treating = WordSet([
    "übersetze", "vergleiche", "nenne", "suche", "liste", "finde", "zähle", "sortiere", "erkläre", "lies", "übersetz",
  ])
  private static let joining = WordSet(["de", "mit", "und", "y", "et", "con", "avec", "für", "ein", "un", "le", "das"])
  private static let tongues = WordSet(["auf", "en"])
  private static let objects = WordSet(["dem", "der", "den", "hause", "haus"])
  /// What is given with a request, and pointed at.
  private static let texts = WordSet([
    "texto", "textos", "artículo", "artículos", "correo", "correos", "párrafo", "párrafos", "código", "frase", "frases",
    "email", "e-mail", "mensaje", "mensajes", "documento", "documentos", "informe", "función", "consulta", "lista",
    "oración", "oraciones", "reseña", "comentario", "comentarios", "tabla", "json", "csv", "sql", "script", "fichero",
    "archivo", "registro", "notas", "contrato", "reunión", "palabras", "palabra", "error", "commit", "diff", "pregunta",
    "carta", "resumen",
    "texte", "textes", "article", "articles", "courriel", "paragraphe", "paragraphes", "code", "phrase", "phrases",
    "message", "messages", "document", "documents", "rapport", "fonction", "requête", "liste", "avis", "commentaire",
    "tableau", "fichier", "journal", "notes", "contrat", "mots", "mot", "erreur", "mail", "extrait",
    "text", "texts", "textes", "artikel", "absatz", "satz", "sätze", "skript", "funktion", "datei", "dokument",
    "e-mails",
    "nachricht", "bericht", "protokoll", "tabelle", "fehler", "vertrag", "kommentar", "zeilen", "beitrag", "abfrage",
  ])
}
