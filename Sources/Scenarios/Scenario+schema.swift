import Configuration
import Platforms
import Topology

extension Scenario {
  /// What a scenario file may say, from the declarations that read it.
  public static var schema: SchemaNode {
    let parts = contents
    let variant = SchemaNode.object(parts.map(\.property)).mergePatch
    return .object(
      [name.property] + parts.map(\.property) + [
        property(variants, .map(of: .anyOf([variant, .null]))),
        SchemaNode.Property(
          name: "include", schema: Shape<[String]>.oneOrMany(of: .string).schema,
          summary: "Files that are read first and merged with this one"),
      ])
  }

  /// What both the file and its variants may say.
  private static var contents: [SchemaField] {
    [
      SchemaField(title), SchemaField(nodes, .map(of: Platforms.nodeSchema)),
      SchemaField(links, .list(of: LinkForm.shape.schema)), SchemaField(steps, .list(of: stepSchema)),
      SchemaField(expect, .map(of: expectationSchema)), SchemaField(limits), SchemaField(start),
      SchemaField(with, .map(of: .any)),
    ] + Platforms.sections.map { SchemaField($0) }
  }

  private static func property(_ field: any FieldDeclaration, _ schema: SchemaNode) -> SchemaNode.Property {
    SchemaNode.Property(
      name: field.name, schema: schema, summary: field.summary, isRequired: field.isRequired)
  }

  /// A field with more to say of its value than its reader, which reads it in parts.
  private struct SchemaField {
    let property: SchemaNode.Property

    init(_ field: any FieldDeclaration, _ schema: SchemaNode? = nil) {
      var property = Scenario.property(field, schema ?? field.schema)
      // What a file lacks, one that it includes may have.
      property.isRequired = false
      self.property = property
    }
  }

  private static var stepSchema: SchemaNode {
    .named(
      "step",
      .anyOf(
        stepKinds.map { kind in
          .object(
            StepsReader.fields.map { $0.property } + [
              SchemaNode.Property(
                name: kind.word, schema: kind.schema, summary: kind.summary, isRequired: true)
            ])
        }))
  }

  private static var expectationSchema: SchemaNode {
    let words = expectationKinds.map {
      SchemaNode.Property(name: $0.word, schema: $0.schema, summary: $0.summary)
    }
    // Of a `dhcp` step, what is said of clients by their names alone may stand among them.
    return .named(
      "expectation",
      .anyOf([.choice(StepsReader.shorthands), .keyed(words, others: LeaseExpectation.one.schema)]))
  }
}
