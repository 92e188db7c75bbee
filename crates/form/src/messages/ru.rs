//! Russian.

use leadglass_scoring::{FieldKind, ViolationCode as Code};

use super::{Plural, Text, Words};

pub(super) const WORDS: Words = Words {
    sending: "Отправляем…",
    failed: "Не получилось отправить. Ваши ответы на месте: проверьте соединение и отправьте ещё раз.",
    offline: "Нет соединения. Ваши ответы на месте, отправим их, как только соединение появится.",
    busy: "Сейчас очень много обращений. Ваши ответы на месте: отправьте их ещё раз через минуту.",
    open_hosted: "Или откройте форму на отдельной странице",
    close: "Закрыть",
    adapted: "Форма изменилась: {} Теперь нужно указать: [].",
    summary: Plural {
        one: "Проверьте {} ответ", few: "Проверьте {} ответа", many: "Проверьте {} ответов"
    },
    choose: "Выберите…",
    yes: "Да",
    no: "Нет",
    optional: "необязательно",
    currency: "Валюта",
    next: "Далее",
    back: "Назад",
    step: "Шаг {} из []",
    question: "Вопрос {} из []",
    suggestion: "Может быть, {}?",
    violation,
    required,
};

const fn violation(code: Code) -> Text {
    Text::Plain(match code {
        Code::Required => "Здесь пока пусто. Заполните это поле.",
        Code::Repeated => "Здесь два ответа. Оставьте один.",
        Code::TextTooShort => {
            return counted(
                "Слишком коротко. Напишите не меньше {} символа.",
                "Слишком коротко. Напишите не меньше {} символов.",
            );
        }
        Code::TextTooLong => {
            return counted("Слишком длинно. Сократите до {} символа.", "Слишком длинно. Сократите до {} символов.");
        }
        Code::TextControlCharacter => "В тексте есть невидимый символ. Удалите его или наберите текст заново.",
        Code::EmailMissingAt => "Не хватает знака @. Напишите адрес в виде name@example.com.",
        Code::EmailMalformed => "Адрес неполный. Напишите его в виде name@example.com, без пробелов.",
        Code::EmailNotLatin => {
            "В адресе бывают только латинские буквы. Смените раскладку и напишите его в виде name@example.com."
        }
        Code::PhoneMalformed => "Это не похоже на телефон. Используйте только цифры, пробелы и + - ( ).",
        Code::PhoneTooShort => "Номер слишком короткий. Напишите его полностью, с кодом города.",
        Code::PhoneTooLong => "В номере больше 15 цифр. Уберите лишние.",
        Code::PhoneCountryMissing => "Не хватает кода страны. Начните с + и кода, например +373.",
        Code::NumberMalformed => "Это не число. Напишите его цифрами, например 5000.",
        Code::NumberTooSmall => "Слишком мало. Укажите {} или больше.",
        Code::NumberTooLarge => "Слишком много. Укажите {} или меньше.",
        Code::NumberTooPrecise => {
            return Text::Counted(
                "Здесь дробное число. Напишите целое.",
                Plural {
                    one: "Слишком много знаков после запятой. Оставьте не больше {} знака.",
                    few: "Слишком много знаков после запятой. Оставьте не больше {} знаков.",
                    many: "Слишком много знаков после запятой. Оставьте не больше {} знаков.",
                },
            );
        }
        Code::MoneyCurrencyUnknown => "Эту валюту мы не принимаем. Выберите одну из этих: {}.",
        Code::DateMalformed => "Это не дата. Напишите день, месяц и год: 31.12.2026.",
        Code::DateImpossible => "Такого дня нет. Проверьте день и месяц.",
        Code::DateTooEarly => "Слишком рано. Выберите {} или день позже.",
        Code::DateTooLate => "Слишком поздно. Выберите {} или день раньше.",
        Code::ChoiceUnknown => "Такого варианта нет. Выберите один из предложенных.",
        Code::ChoiceTooFew => return counted("Выберите не меньше {} варианта.", "Выберите не меньше {} вариантов."),
        Code::ChoiceTooMany => return counted("Выберите не больше {} варианта.", "Выберите не больше {} вариантов."),
        Code::RatingOutOfRange => "Выберите оценку от 1 до {}.",
        Code::YesNoMalformed => "Выберите «да» или «нет».",
        Code::WebsiteMalformed => "Адрес сайта неполный. Напишите его в виде example.com.",
        Code::ConsentRequired => "Без вашего согласия мы не можем продолжить. Поставьте отметку.",
    })
}

/// "Не меньше" and "не больше" take the genitive, which has one form for 1, 21, 31… and one for the rest.
const fn counted(one: &'static str, many: &'static str) -> Text {
    Text::Counted(many, Plural { one, few: many, many })
}

const fn required(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Email => "Не указан адрес почты. Напишите его в виде name@example.com.",
        FieldKind::Phone(_) => "Не указан телефон. Напишите номер полностью.",
        FieldKind::Number(_) => "Не указано число. Напишите его цифрами.",
        FieldKind::Money(_) => "Не указана сумма. Напишите её цифрами.",
        FieldKind::Date(_) => "Не указана дата. Выберите день.",
        FieldKind::Select(_) => "Пока ничего не выбрано. Выберите один вариант.",
        FieldKind::MultiSelect(_) => "Пока ничего не выбрано. Выберите один или несколько вариантов.",
        FieldKind::Rating(_) => "Пока ничего не выбрано. Поставьте оценку.",
        FieldKind::YesNo => "Пока ничего не выбрано. Выберите «да» или «нет».",
        FieldKind::Website => "Не указан сайт. Напишите его в виде example.com.",
        FieldKind::Hidden(_) => "Страница что-то не передала. Обновите её и отправьте ещё раз.",
        _ => "Здесь пока пусто. Заполните это поле.",
    }
}
