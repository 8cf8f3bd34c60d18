/** Questions put into a table that holds each text once, and read from it again. */
import type { KeptQuestion, QuestionTable, Thing } from '#shared/answers.ts';

/** A list in which equal values get one place. */
function places<T>(keyOf: (value: T) => unknown = (value) => value) {
  const list: T[] = [];
  const known = new Map<unknown, number>();
  const add = (value: T): number => {
    const key = keyOf(value);
    const place = known.get(key) ?? list.length;
    if (place === list.length) {
      known.set(key, place);
      list.push(value);
    }
    return place;
  };
  return { list, add };
}

const thingKey = ({ alias, entity, subset, tag, defines }: Thing) =>
  JSON.stringify([alias, entity, subset, tag, defines]);

/** The table of questions in their order. */
export function questionTable(questions: Iterable<KeptQuestion>): QuestionTable {
  const things = places(thingKey);
  const [tests, subsets] = [places<KeptQuestion['test']>(), places<KeptQuestion['subset']>()];
  const [entities, attributes, wordings] = [places<string>(), places<string>(), places<string>()];
  const golds = places<readonly string[]>((each) => JSON.stringify(each));
  const rows: QuestionTable['rows'] = {
    thing: [],
    test: [],
    subset: [],
    entity: [],
    attribute: [],
    wording: [],
    gold: [],
    said: [],
  };
  const [tokens, values]: number[][] = [[], []];
  for (const question of questions) {
    rows.thing.push(things.add(question.thing));
    rows.test.push(tests.add(question.test));
    rows.subset.push(subsets.add(question.subset));
    rows.entity.push(entities.add(question.entity));
    rows.attribute.push(attributes.add(question.attribute));
    rows.wording.push(wordings.add(question.wording));
    rows.gold.push(golds.add(question.golds));
    rows.said.push(question.said ? golds.add(question.said) : -1);
    if (question.tokens !== null) tokens.push(question.tokens);
    if (question.value !== undefined) values.push(question.value);
  }
  return {
    things: things.list,
    tests: tests.list,
    subsets: subsets.list,
    entities: entities.list,
    attributes: attributes.list,
    wordings: wordings.list,
    golds: golds.list,
    rows,
    tokens: tokens.length > 0 ? tokens : null,
    values: values.length > 0 ? values : null,
  };
}

/** Questions of a table. */
export const questionCount = ({ rows }: QuestionTable): number => rows.thing.length;

/** A question of a table in words, by its number from 0. */
export function questionAt(table: QuestionTable, question: number): KeptQuestion {
  const { rows, golds, tokens, values } = table;
  const said = rows.said[question];
  return {
    test: table.tests[rows.test[question]],
    subset: table.subsets[rows.subset[question]],
    thing: table.things[rows.thing[question]],
    entity: table.entities[rows.entity[question]],
    attribute: table.attributes[rows.attribute[question]],
    wording: table.wordings[rows.wording[question]],
    golds: golds[rows.gold[question]],
    said: said < 0 ? null : golds[said],
    tokens: tokens ? tokens[question] : null,
    ...(values && { value: values[question] }),
  };
}

/** The question as it was asked. */
export function askedText({
  thing,
  entity,
  wording,
}: Pick<KeptQuestion, 'thing' | 'entity' | 'wording'>): string {
  return wording.replaceAll('{entity}', () => thing.alias ?? entity);
}
