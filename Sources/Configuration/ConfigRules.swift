import GuardModel
import TextFormats

/// `[[rule]]`: what calls are for.
extension ConfigReader {
  mutating func readRules(_ entry: TOMLTable.Entry) {
    guard case .array(let elements) = entry.node.value else {
      return problem(entry.node, "'rule' is not a list of tables", hint: "write [[rule]], with two brackets")
    }
    for element in elements {
      guard let body = table(element, "rule") else { continue }
      let position = body.entries.first?.keyPosition ?? element.position
      let place = position.line > 0 ? "\(source.path):\(position.line)" : source.path
      var rule = OperationRule(operation: "", place: place)
      for entry in body.entries where isAllowed(entry, in: ["rule"]) {
        guard let text = string(entry.node, entry.key) else { continue }
        switch entry.key {
        case "operation":
          do throws(NameError) {
            try Name.check("operation", text)
            rule.operation = text
          } catch { problem(entry.node, error.description) }
        case "route": rule.route = text
        case "model": rule.model = text
        case "client": rule.client = text
        case "script": rule.script = text
        case "instruction":
          if let fault = patternProblem(text) {
            problem(entry.node, "the expression '\(text)' cannot be read: \(fault)")
          }
          rule.instruction = text
        default: break
        }
      }
      let whole = TOMLNode(.boolean(true), at: position)
      if body["operation"] == nil {
        problem(whole, "a rule names no operation", hint: "operation = \"review\"")
      } else if !rule.isLimited {
        problem(
          whole, "a rule says nothing of the calls it is for",
          hint: "give it a route, a model, a client, a script or an instruction")
      }
      settings.rules.append(rule)
    }
  }
}
